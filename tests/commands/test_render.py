"""Lines for a terminal: styles where color is wanted, the bare text everywhere else."""

import io
import sys

import pytest

from grader.commands.render import Line, show

LINES = [Line("✗ wrong", "bold red"), Line("as [bold]written[/bold]"), Line("", "bold"), Line("x" * 130, "dim")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def draw(monkeypatch: pytest.MonkeyPatch, stdout: io.TextIOBase, **environment: str) -> None:
    for name, value in {"TERM": "xterm", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, environment.get(name, value))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stdout)
        show(LINES)


def test_a_terminal_gets_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Color and effects enclose the whole line; text that looks like markup, empty and long lines stay as they are."""
    expected = f"\x1b[31m\x1b[1m✗ wrong\x1b[0m\nas [bold]written[/bold]\n\n\x1b[2m{'x' * 130}\x1b[0m\n"

    draw(monkeypatch, stdout := Terminal())

    assert stdout.getvalue() == expected


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_color_can_be_refused(monkeypatch: pytest.MonkeyPatch, variable: dict[str, str]) -> None:
    """A terminal that asks for no color, or cannot show any, gets the bare text."""
    draw(monkeypatch, stdout := Terminal(), **variable)

    assert stdout.getvalue() == "".join(f"{line.text}\n" for line in LINES)


def test_a_pipe_gets_the_bare_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """No codes without a terminal; a mark that the encoding lacks becomes a word."""
    draw(monkeypatch, stdout := io.TextIOWrapper(raw := io.BytesIO(), encoding="ascii", write_through=True))

    assert not stdout.closed and raw.getvalue().decode("ascii").splitlines() == [
        "no wrong",
        LINES[1].text,
        "",
        "x" * 130,
    ]
