"""What a report, a check and a proof leave in the temporary folder: nothing, however they end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.base import temporary
from grader.base.temporary import TemporaryFolder

from .conftest import RIGHT, TINY, Lay

WRITES = "open('notes', 'w').write('mine')\n"
LOOPS = (
    "open('notes', 'w').write('mine')\nimport sys\nprint('started', file=sys.stderr, flush=True)\nwhile True: pass\n"
)
TIERS = ["A", "B", "C", "D"]


def surroundings(place: Path, tier: str) -> dict[str, str]:
    """An environment whose temporary and runtime folders are `place`; A stands for the best tier here."""
    place.mkdir(exist_ok=True)
    clean = {k: v for k, v in os.environ.items() if k not in ("GRADER_TIER", "XDG_RUNTIME_DIR")}
    return clean | {"TMPDIR": str(place)} | ({} if tier == "A" else {"GRADER_TIER": tier})


def grader(*args: object) -> list[str]:
    return [sys.executable, "-m", "grader", *map(str, args)]


@pytest.mark.parametrize(("tier", "engine"), [*((tier, "local") for tier in TIERS), ("A", "dask")])
def test_a_report_leaves_nothing(course: Path, tmp_path: Path, lay: Lay, tier: str, engine: str) -> None:
    """After a report of files that write files, the temporary folder is as it was before."""
    one = lay("class", {"ann/mean_row.py": WRITES + RIGHT, "bob/mean_row.py": WRITES})
    command = grader(
        "report", one, "--out", tmp_path / "r", "--course", course, "--jobs", 2, "--accept-weak", "--engine", engine
    )
    subprocess.run(command, env=surroundings(tmp_path / "tmp", tier), check=True, capture_output=True)

    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("tier", "warm"), [("A", "--keep-warm"), ("B", "--no-keep-warm"), ("C", "--no-keep-warm"), ("D", "--keep-warm")]
)
def test_a_check_leaves_nothing(tmp_path: Path, tier: str, warm: str) -> None:
    """After a check, and `grader stop` where it left a warm process, the temporary folder is as it was before."""
    (tmp_path / "mean_row.py").write_text(WRITES + RIGHT)
    environment = surroundings(tmp_path / "tmp", tier)
    exercise = TINY / "exercises" / "ex01_mean_row"
    check = grader("check", exercise, "--submission", tmp_path / "mean_row.py", warm)
    subprocess.run(check, env=environment, check=True, capture_output=True)
    subprocess.run(grader("stop"), env=environment, check=True, capture_output=True)

    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_report_leaves_nothing(course: Path, tmp_path: Path, lay: Lay, how: signal.Signals) -> None:
    """Ctrl-C, or a polite kill, in the midst of grading leaves nothing and no traceback."""
    one = lay("class", {"ann/mean_row.py": LOOPS})
    command = grader("report", one, "--out", tmp_path / "r", "--course", course, "--jobs", 1)
    environment = surroundings(tmp_path / "tmp", "A")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: list((tmp_path / "tmp").glob("*/scratch/*/*")), process)
    process.send_signal(how)
    _, said = process.communicate()

    assert process.returncode != 0 and "Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_killed_worker_leaves_nothing(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A grading process that is killed costs its report nothing, and its folder goes with the report."""
    one = lay("class", {"ann/mean_row.py": RIGHT})
    command = grader("report", one, "--out", tmp_path / "r", "--course", course, "--jobs", 1)
    environment = surroundings(tmp_path / "tmp", "A")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(lambda: list((tmp_path / "tmp").glob("*/scratch/*/")), process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    workers = [pid for pid in map(int, children) if b"grading.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    _, said = process.communicate()

    assert process.returncode == 0 and workers, said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_next_one_sweeps_up_after_a_killed_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose owner was killed is removed by the next process that makes one; living owners keep theirs."""
    monkeypatch.setattr(temporary.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    program = "from grader.base.temporary import TemporaryFolder as T; import os; t = T(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", program], env=surroundings(tmp_path, "A"), check=False)
    (left,) = tmp_path.iterdir()
    hours_ago = time.time() - 7200
    with TemporaryFolder() as first:
        for folder in (left, first):
            os.utime(folder, (hours_ago, hours_ago))
        with TemporaryFolder() as second:
            assert sorted(tmp_path.iterdir()) == sorted([first, second])
    assert list(tmp_path.iterdir()) == []


def wait_for(there: object, process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    """Until `there()` is true; fails if the process ends first."""
    assert callable(there)
    while not there():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
