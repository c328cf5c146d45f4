"""What of torch a question needs loaded, read off the text that it runs: an examinee would import it anew else."""

import re
from collections.abc import Iterable

from grader.course.exercise import Exercise
from grader.course.submission import Submission

PICTURES = re.compile(r"torchvision|matplotlib|\bplt\.")
OPTIMIZER = re.compile(r"\boptim\.|import optim|weights_before_each_step|torch\._dynamo")
KINDS = (("pictures", PICTURES), ("optimizer", OPTIMIZER))


def needs_of(texts: Iterable[str]) -> str:
    """`torch`, `optimizer` or `pictures`: the most that one of these texts needs."""
    found = list(texts)
    return next((name for name, words in KINDS if any(map(words.search, found))), "torch")


def needs_of_check(exercise: Exercise, submission: Submission) -> str:
    """The most that any question of a suite will need, known before the first one is asked."""
    paths = [*exercise.suite.glob("*.py"), exercise.solution]
    files = [path.read_bytes() for path in paths if path.is_file()]
    files += [submission.source, *(data for _, data in submission.files)]
    return needs_of(data.decode("utf-8", "replace") for data in files)
