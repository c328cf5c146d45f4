"""Any terminal: narrow, dumb, without color, read aloud by a screen reader, in a locale without letters."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TINY = TESTS / "courses" / "tiny"
WRONG = TESTS / "attacks" / "controls" / "lazy.py"
COLUMNS = 40
CHECK = ("check", "ex01", "--submission", str(WRONG), "--seed", "3")
Shown = Callable[..., str]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """What a command writes into a terminal of 40 columns; its warm process is nobody else's."""
    run = tmp_path_factory.mktemp("run")
    run.chmod(0o700)
    own = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    own |= {"XDG_RUNTIME_DIR": str(run)}

    def show(*words: str, **more: str) -> str:
        near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        argv = [sys.executable, "-m", "grader", *words]
        with subprocess.Popen(argv, cwd=TINY, env=own | more, stdin=far, stdout=far, stderr=far):
            os.close(far)
            parts = []
            try:
                while part := os.read(near, 65536):
                    parts.append(part)
            except OSError:  # the program has ended
                pass
        os.close(near)
        text = b"".join(parts).decode("utf-8").replace("\r\n", "\n")
        assert "Traceback" not in text
        return text

    yield show
    subprocess.run([sys.executable, "-m", "grader", "stop"], env=own, capture_output=True, check=True)


@pytest.mark.parametrize("words", [CHECK, ("list",), ("doctor",)], ids=["check", "list", "doctor"])
def test_a_dumb_terminal_is_written_once(shown: Shown, words: tuple[str, ...]) -> None:
    """With TERM=dumb, as for a screen reader, no line is written over and no code is sent."""
    text = shown(*words, TERM="dumb")
    assert "\x1b" not in text and "\r" not in text and len(text.splitlines()) > 2


def test_a_line_that_is_written_over_fits(shown: Shown) -> None:
    """What is going on stands in one line of a narrow terminal: of a longer one the first part would stay."""
    going_on = re.findall(r"\r\x1b\[2K([^\r\n]*)", shown(*CHECK, TERM="xterm", NO_COLOR="1"))
    assert any(going_on) and max(map(len, going_on)) < COLUMNS


def test_no_color_means_none(shown: Shown) -> None:
    """NO_COLOR leaves marks and words; without it a person's terminal gets colors."""
    assert not re.search(r"\x1b\[[0-9;]*m", shown(*CHECK, TERM="xterm", NO_COLOR="1"))
    assert re.search(r"\x1b\[31m", shown(*CHECK, TERM="xterm"))


def test_forty_columns_break_between_words(shown: Shown) -> None:
    """Titles, points and messages keep within 40 columns, so that no word is cut."""
    lines = [line for line in shown(*CHECK, TERM="dumb").splitlines() if not line.startswith("    |")]
    assert [line for line in lines if len(line) > COLUMNS and " " in line.strip() and "asked:" not in line] == []
    assert any(line.startswith("✗ ") for line in lines)


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "cp1252"}],
    ids=["C", "cp1252"],
)
def test_a_locale_without_the_marks_spells_them(shown: Shown, locale: dict[str, str]) -> None:
    """In locale C, and in Windows' Western letters, `✗` is `no`, and no sentence has a question mark for a letter."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONIOENCODING"} | locale
    argv = [sys.executable, "-m", "grader", *CHECK, "--no-keep-warm"]
    done = subprocess.run(argv, cwd=TINY, env=environment, capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode("cp1252")
    assert done.returncode == 1 and re.search(r"(?m)^no \w", text)
    assert not re.search(r"\?(?![\s\"'`)])", text), text
