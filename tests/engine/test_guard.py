"""A suite that does not end is named with its file and line, and nobody waits for it, wherever suites run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TINY = Path(__file__).parents[1] / "courses" / "tiny"
TOML = "exercises/ex01_mean_row/exercise.toml"
SUITE = "exercises/ex01_mean_row/suite/test_mean_row.py"
DRAWN = "    drawn = batches(draw)\n    for x"
LOOPS = {
    "in a test": (DRAWN, "    while True:\n        pass\n", "test_mean_row.py:3"),
    "that catches everything": (
        DRAWN,
        "    while True:\n        try:\n            sum(range(999))\n        except Exception:\n            pass\n",
        "test_mean_row.py:",
    ),
    "that sleeps": (DRAWN, "    __import__('time').sleep(9999)\n", "test_mean_row.py:31"),
    "at the top of the file": ("SECRET =", "while True:\n    pass\n", "test_mean_row.py:"),
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The tiny course, with a suite that has a fifth of the usual seconds."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    path = root / TOML
    path.write_text(path.read_text().replace("needs = []", "needs = []\nsuite_seconds = 0.2"))
    return root


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A runtime folder and a cache of our own; whatever was started is stopped."""
    (tmp_path / "run").mkdir(mode=0o700)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path / "run"), "GRADER_CACHE": str(tmp_path / "cache")}
    yield environment
    subprocess.run([sys.executable, "-m", "grader", "stop"], env=environment, check=True, capture_output=True)


def endless(course: Path, how: str) -> str:
    """Puts a loop into the suite; the answer is where it must be found."""
    before, loop, place = LOOPS[how]
    path = course / SUITE
    text = path.read_text()
    assert text.count(before) == 1
    at = text.index(before) + (before.index("\n") + 1 if "\n" in before else 0)
    path.write_text(text[:at] + loop + text[at:])
    return place


def run(course: Path, environment: dict[str, str], *words: str | Path) -> tuple[int, str]:
    argv = [sys.executable, "-m", "grader", *map(str, words)]
    done = subprocess.run(argv, cwd=course, env=environment, capture_output=True, text=True, check=False, timeout=200)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


RIGHT = "solutions/ex01_mean_row/mean_row.py"


@pytest.mark.parametrize("how", LOOPS)
def test_check_names_the_place(course: Path, environment: dict[str, str], how: str) -> None:
    """The warm process stops a suite that does not end, says where it was, and serves the next check."""
    place = endless(course, how)
    code, said = run(course, environment, "check", "ex01", "--submission", RIGHT)
    assert code == 3 and place in said and "still runs" in said, said
    shutil.copy(TINY / SUITE, course / SUITE)
    code, said = run(course, environment, "check", "ex01", "--submission", RIGHT)
    assert code == 0, said
    assert "stopped 1 warm process" in run(course, environment, "stop")[1]


@pytest.mark.parametrize("words", [("verify", "ex01"), ("check", "ex01", "--submission", RIGHT, "--no-keep-warm")])
def test_others_name_the_place(course: Path, environment: dict[str, str], words: tuple[str, ...]) -> None:
    """`verify` and a check in its own process stop at the limit, too."""
    place = endless(course, "in a test")
    code, said = run(course, environment, *words)
    assert code in (1, 3) and place in said and "still runs" in said, said


def test_a_report_is_not_held_up(course: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Each of a class's files is ungraded with the place as the reason, at the price of one limit for all of them."""
    place = endless(course, "in a test")
    for name in ("ada", "bob", "cleo"):
        (tmp_path / "class" / name).mkdir(parents=True)
        text = (course / RIGHT).read_text() + f"# {name}\n"
        (tmp_path / "class" / name / "mean_row.py").write_text(text)
    words = ("report", "--course", course, tmp_path / "class", "--out", tmp_path / "out", "--jobs", "1")
    code, said = run(tmp_path, environment, *words, "--accept-weak")
    assert code == 1 and "3 units ungraded" in said
    assert place in said and "still runs" in said, said


def test_a_line_that_cannot_be_interrupted(course: Path, environment: dict[str, str]) -> None:
    """A single call that never returns ends the process, and is named all the same."""
    path = course / SUITE
    path.write_text(path.read_text().replace(DRAWN, "    sum(__import__('itertools').repeat(0))\n" + DRAWN, 1))
    code, said = run(course, environment, "verify", "ex01", "--jobs", "1")
    assert code == 1 and "test_mean_row.py:30" in said and "stuck in this line" in said, said


def test_stop_ends_what_is_busy(course: Path, environment: dict[str, str]) -> None:
    """After Ctrl-C `grader stop` ends a warm process in the middle of a line that cannot be interrupted."""
    path = course / SUITE
    path.write_text(path.read_text().replace(DRAWN, "    sum(__import__('itertools').repeat(0))\n" + DRAWN, 1))
    shutil.copy(TINY / TOML, course / TOML)  # of the usual seconds, so that it does not end by itself before
    argv = [sys.executable, "-u", "-m", "grader", "check", "ex01", "--submission", RIGHT]
    with subprocess.Popen(
        argv, cwd=course, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as client:
        folder = Path(environment["XDG_RUNTIME_DIR"]) / f"grader-{os.getuid()}"
        while not list(folder.glob("*.pid")):
            assert client.poll() is None
            time.sleep(0.05)
        number = int(next(folder.glob("*.pid")).read_text())
        while cpu_seconds(number) < 4 and client.poll() is None:  # past its own start
            time.sleep(0.05)
        client.send_signal(signal.SIGINT)
        client.communicate()
    assert "stopped 1 warm process" in run(course, environment, "stop")[1]
    assert not alive(number) and not folder.exists()


@pytest.fixture
def loops_on_a_mistake(course: Path) -> Path:
    """The course with a test that does not end where the best row is counted from one, and with half the seconds."""
    path = course / SUITE
    asks = '    same(observe(best_rows, drawn), reference(best_rows, drawn), "best row")\n'
    loop = "    seen, right = observe(best_rows, drawn), reference(best_rows, drawn)\n"
    loop += '    while seen[0] == right[0] + 1:\n        pass\n    same(seen, right, "best row")\n'
    assert path.read_text().count(asks) == 1
    path.write_text(path.read_text().replace(asks, loop))
    path = course / TOML
    path.write_text(path.read_text().replace("suite_seconds = 0.2", "suite_seconds = 0.1"))
    return course


def test_a_mistake_that_keeps_a_test_busy(
    loops_on_a_mistake: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """A test that does not end on a known mistake's answers costs no point, and nothing is said of the mistake."""
    right = (loops_on_a_mistake / RIGHT).read_text()
    assert right.count(".argmax())") == 1
    submission = tmp_path / "mean_row.py"
    submission.write_text(right.replace(".argmax())", ".argmax()) + 2"))
    words = ("check", "ex01", "--submission", submission, "--seed", "5", "--json")
    for _ in range(2):
        code, said = run(loops_on_a_mistake, environment, *words)
        record = json.loads(said)
        assert code == 1 and record["resembles"] is None
        assert [v["outcome"] for v in record["tests"]] == ["passed", "failed", "passed"], said
    assert "stopped 1 warm process" in run(loops_on_a_mistake, environment, "stop")[1]


def test_an_explanation_ends(loops_on_a_mistake: Path, environment: dict[str, str]) -> None:
    """`--explain` says that a mistake keeps a test busy, and goes on to the next test."""
    code, said = run(loops_on_a_mistake, environment, "verify", "ex01", "--explain", "counts_from_one")
    assert code == 0 and "says      your answer keeps this test busy without end" in said, said
    assert "test_refuses_a_single_row" in said.partition("busy without end")[2]


def cpu_seconds(number: int) -> float:
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alive(number: int) -> bool:
    """Whether it runs: nobody may have fetched the status of one that has ended."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False
