"""What the sandbox does not allow is said in one sentence, from the words in which Python and torch complain."""

import pytest

from grader.engine.explanation import exception
from grader.sandbox.guest.wire import Raised

TOLD = {
    "EOFError: EOF when reading a line": "nobody answers input()",
    "torch._inductor.exc.InductorError: FileNotFoundError: g++": "leave out torch.compile",
    "ImportError: Cannot load backend 'TkAgg' which requires the 'tk' interactive framework": "no screen here",
    "ImportError: Failed to import any of the following Qt binding modules: PyQt6": "no screen here",
    "RuntimeError: Cannot re-initialize CUDA in forked subprocess": "this runs on the CPU",
    "AssertionError: Torch not compiled with CUDA enabled": "this runs on the CPU",
    "urllib.error.URLError: <urlopen error [Errno 1] Operation not permitted>": "has no network",
    "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>": "has no network",
    "PermissionError: [Errno 13] Permission denied: '/home/ann/log.txt'": "only into its working folder",
    "OSError: [Errno 28] No space left on device": "the working folder is full",
    "ImportError: attempted relative import with no known parent package": "without the dot",
}


@pytest.mark.parametrize(("words", "sentence"), TOLD.items(), ids=str)
def test_what_is_not_allowed_has_a_sentence(words: str, sentence: str) -> None:
    """The exception is followed by one line that says what the sandbox lacks, and is not held against the subject."""
    kind, _, message = words.partition(": ")
    told, beside_the_point = exception(Raised((kind,), message, (("cutmix.py", 3, "<module>", "work()"),)))

    assert told.splitlines()[0].endswith(message)
    assert sentence in told.splitlines()[1] and beside_the_point


def test_workers_of_a_loader_have_a_sentence_of_their_own() -> None:
    """A refused process is told as `num_workers` where the learner's line names it, and as a process elsewhere."""
    for line, sentence in (
        ("DataLoader(data, num_workers=2)", "num_workers=0"),
        ("run(['ls'])", "starts no processes"),
    ):
        raised = Raised(("PermissionError",), "[Errno 1] Operation not permitted", (("a.py", 1, "<module>", line),))
        assert sentence in exception(raised)[0]
    assert exception(Raised(("ValueError",), "no", ())) == ("ValueError: no", False)
