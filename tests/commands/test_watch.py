"""`grader watch` in a real terminal, and `grader check` of several exercises, of none and of an untouched stub."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex20_pick_device" / "pick_device.py"
MISTAKE = min((ROOT / "solutions" / "ex20_pick_device" / "mistakes").glob("*.py"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh workspace; its warm process ends with it."""
    root = tmp_path_factory.mktemp("learner") / "course"
    runtime = tmp_path_factory.mktemp("run")
    grader("init", root, cwd=ROOT)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    yield root
    grader("stop", cwd=root)
    del os.environ["XDG_RUNTIME_DIR"]


def grader(*words: str | Path, cwd: Path, code: int = 0) -> str:
    command = [sys.executable, "-m", "grader", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


class Terminal:
    """A program in a terminal of 60 columns."""

    def __init__(self, *words: str, cwd: Path) -> None:
        self.text = ""
        self.near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        environment = os.environ | {"NO_COLOR": "1", "TERM": "dumb"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", *words], cwd=cwd, env=environment, stdin=far, stdout=far, stderr=far,
            preexec_fn=lambda: os.login_tty(far),  # its controlling terminal, so that Ctrl-C reaches it
        )  # fmt: skip
        os.close(far)

    def until(self, words: str, seconds: float = 60) -> str:
        """What was printed up to these words; asserts that they come."""
        end = time.monotonic() + seconds
        while words not in self.text and time.monotonic() < end:
            if select.select([self.near], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self.near, 65536).decode("utf-8", "replace")
                except OSError:  # the program has ended
                    break
        assert words in self.text, self.text
        seen, _, self.text = self.text.partition(words)
        return seen

    def press(self, keys: str) -> None:
        os.write(self.near, keys.encode())

    def end(self) -> int:
        code = self.process.wait(20)
        os.close(self.near)
        return code


def test_watch_says_what_a_save_changed(workspace: Path) -> None:
    """Each save is checked by itself; keys give a hint, reset after a question, and quit."""
    stub = workspace / "exercises" / "ex20_pick_device" / "pick_device.py"
    terminal = Terminal("watch", "ex20", cwd=workspace)
    terminal.until("not started")
    stub.write_bytes(MISTAKE.read_bytes())
    assert "hint:" in terminal.until("next:")
    terminal.press("h")
    terminal.until("hint 1 of")
    stub.write_bytes(SOLUTION.read_bytes())
    seen = terminal.until("`grader compare ex20` shows")
    assert "✓" in seen and "✗" not in seen
    terminal.press("rx")
    terminal.until("kept as it is")
    terminal.press("ry")
    terminal.until("your file is now")
    terminal.until("not started")
    stub.unlink()
    terminal.until("is gone")
    terminal.press("q")
    assert terminal.end() == 0
    assert list((workspace / ".grader" / "copies").rglob("*pick_device.py"))
    grader("init", workspace, cwd=ROOT)


def test_watch_ends_by_ctrl_c(workspace: Path) -> None:
    """Ctrl-C ends the watch without a traceback, and the terminal echoes again."""
    terminal = Terminal("watch", "ex20", cwd=workspace)
    terminal.until("not started")
    terminal.press("\x03")
    terminal.end()
    assert "Traceback" not in terminal.text


def test_watch_needs_a_terminal(workspace: Path) -> None:
    """In a pipe nobody could press a key: a sentence names `grader check`."""
    assert "use `grader check`" in grader("watch", "ex20", cwd=workspace, code=2)


def test_an_untouched_stub_is_not_started(workspace: Path) -> None:
    """One line, no crosses, no hint, also with other line ends; `next` and bare `check` name the first."""
    line = grader("check", "ex15", cwd=workspace, code=1)
    assert line.count("\n") == 1 and "not started" in line and "✗" not in line and "hint" not in line
    stub = workspace / "exercises" / "ex15_cutout" / "cutout.py"
    before = stub.read_bytes()
    stub.write_bytes(before.replace(b"\n", b"\r\n"))
    assert "not started" in grader("check", "ex15", cwd=workspace, code=1)
    stub.write_bytes(before)
    first = grader("next", cwd=workspace).split()[0]
    assert grader("check", cwd=workspace, code=1).startswith(f"{first} ")


def test_check_goes_on_with_what_was_saved_last(workspace: Path) -> None:
    """Without an exercise, `check` takes the one in progress."""
    stub = workspace / "exercises" / "ex15_cutout" / "cutout.py"
    before = stub.read_bytes()
    stub.write_bytes(before + b"\n# begun\n")
    assert grader("next", cwd=workspace).startswith("ex15 ")
    assert "ex15 " in grader("check", cwd=workspace, code=1)
    stub.write_bytes(before)


def test_several_exercises_are_a_table(workspace: Path) -> None:
    """A line each, the first failing test below a failure, and the worst exit code; JSON holds all records."""
    stub = workspace / "exercises" / "ex20_pick_device" / "pick_device.py"
    before = stub.read_bytes()
    stub.write_bytes(SOLUTION.read_bytes())
    text = grader("check", "ex20", "ex15", cwd=workspace, code=1)
    assert "✓ ex20" in text and "○ ex15" in text and "1 of 2 passed" in text
    found = json.loads(grader("check", "ex20", "ex20", "--json", cwd=workspace))
    assert [record["outcome"] for record in found["records"]] == ["passed", "passed"]
    assert "for one exercise" in grader("check", "ex20", "ex15", "--test", "x", cwd=workspace, code=2)
    assert "not both" in grader("check", "ex20", "--all", cwd=workspace, code=2)
    stub.write_bytes(before)
