"""One zygote for several examiners: copies that share its memory, and nothing else."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import Limits, Sandbox, Share, shared_zygote
from grader.sandbox.host.client import ZygoteClient, ZygoteCopy

LIMITS = Limits(seconds=30.0)
PATCH = "import torch\ntorch.add = torch.sub\ntorch.set_default_dtype(torch.float64)\n"
SUM = "def answer(module):\n    import torch\n    return torch.add(torch.ones(()), 2.0)\n"
HOLD = (
    "import os\ndef answer(module):\n    open('notes.txt', 'w').write('mine')\n    return [os.getcwd(), os.getpid()]\n"
)
PRY = """
import os, signal
def tried(act):
    try:
        return str(act())
    except OSError as error:
        return type(error).__name__
def answer(module, folder, pid):
    return [
        tried(lambda: os.listdir(folder)),
        tried(lambda: open(os.path.join(folder, "notes.txt")).read()),
        tried(lambda: os.listdir(os.path.dirname(os.path.dirname(folder)))),
        tried(lambda: os.kill(pid, signal.SIGKILL)),
        tried(lambda: os.kill(-1, signal.SIGKILL)),
        tried(lambda: open(f"/proc/{pid}/mem", "rb")),
    ]
"""


@pytest.fixture(params=["A", "B"])
def share(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Share]:
    monkeypatch.setenv("GRADER_TIER", request.param)
    with shared_zygote() as share:
        assert share is not None
        yield share


def ask(sandbox: Sandbox, text: str, source: str = "", session: str = "", arguments: tuple[Any, ...] = ()) -> Any:
    """What a scenario returns beside this submission."""
    request: dict[str, Any] = {"source": source.encode(), "file": "code.py", "wants": "module", "seed": 0}
    request |= {"function": "answer", "cases": [[list(arguments), {}]], "modules": [["question", "question.py", text]]}
    reply = sandbox.run(request, LIMITS, "torch", session)
    assert reply.ended == "answered", reply.message
    return reply.value["answers"][0]


def zygotes_of(share: Share) -> list[int]:
    """The processes that hold the shared folder in their command line: the zygote, what started it, and its copies."""
    lines = subprocess.run(["ps", "-eww", "-o", "pid,stat,args"], capture_output=True, text=True, check=True).stdout
    home = str(Path(share.scratch).parent)
    words = [line.split(None, 2) for line in lines.splitlines() if home in line and "bwrap" not in line.split()[2]]
    return [int(pid) for pid, state, _ in words if "Z" not in state]


def test_copies(share: Share) -> None:
    """Two examiners are served side by side by copies of one zygote, each with answers of its own."""
    with Sandbox(share=share) as one, Sandbox(share=share) as other:
        assert isinstance(one.link, ZygoteCopy) and isinstance(other.link, ZygoteCopy)
        assert one.description["tier"] == other.description["tier"] == os.environ["GRADER_TIER"]
        assert float(ask(one, SUM)) == float(ask(other, SUM)) == 3.0
    assert os.listdir(share.scratch) == [n for n in os.listdir(share.scratch) if n.startswith("fontlist")]


def test_nothing_crosses(share: Share) -> None:
    """What one examiner's submission patches, writes or tries to end is out of reach for another's, and the reverse."""
    with Sandbox(share=share) as one, Sandbox(share=share) as other:
        assert float(ask(one, SUM, PATCH)) == -1.0
        assert float(ask(other, SUM)) == float(ask(one, SUM)) == 3.0
        folder, pid = ask(one, HOLD, session="stays")
        listed, read, above, killed, all_killed, memory = ask(other, PRY, arguments=(folder, pid))
        assert "notes" not in listed and read != "mine" and Path(folder).name not in above
        assert all(re.fullmatch(r"\w*Error", word) for word in (killed, all_killed, memory)), (
            killed,
            all_killed,
            memory,
        )
        assert ask(one, HOLD, session="stays") == [folder, pid], "its process is still there"


def test_copy_dies(share: Share) -> None:
    """A copy that dies is replaced for its examiner, and no other notices."""
    with Sandbox(share=share) as one:
        one.wait_ready()
        first = max(zygotes_of(share))
        other = Sandbox(share=share)
        assert float(ask(other, SUM)) == 3.0
        os.kill(first, signal.SIGKILL)
        assert float(ask(one, SUM)) == 3.0
        assert type(one.link) is ZygoteClient and type(other.link) is ZygoteCopy
        assert float(ask(other, SUM)) == 3.0
        other.close()


def test_zygote_dies_early() -> None:
    """Where the shared zygote is gone before it was warm, each examiner starts one of its own."""
    with shared_zygote() as share:
        assert share is not None
        while not (started := zygotes_of(share)):
            pass
        for pid in started:
            os.kill(pid, signal.SIGKILL)
        with Sandbox(share=share) as sandbox:
            assert float(ask(sandbox, SUM)) == 3.0
            assert type(sandbox.link) is ZygoteClient


def test_command_line() -> None:
    """A share survives the way through a command line into another process, which is served, too."""
    code = "import sys; from grader.sandbox import Sandbox, Share\n"
    code += "with Sandbox(share=Share.read(sys.argv[1:])) as s: print(type(s.link).__name__, s.tier)"
    with shared_zygote() as share:
        assert share is not None
        done = subprocess.run([sys.executable, "-c", code, *share.words()], pass_fds=[share.descriptor],
                              capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.split()[0] == "ZygoteCopy"
