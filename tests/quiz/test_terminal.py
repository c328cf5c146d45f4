"""Markdown in a terminal: readable without color, wrapped, and safe to print."""

import click
import pytest

from grader.quiz.format.console import columns, plain, printable, rendered
from grader.quiz.format.markup import unclosed

TEXT = r"""Watch *accuracy* with **the `class`** as $x_i$ stands, in a line that is too long. Cost \$5.

```python
loss = 1.0   # **kept** $as$ it is
if loss:
    pass
```
Then:
- one
- two that
  goes on

| a | b |
|---|---|
# Heading
![curves](plot.png)"""


def test_blocks_and_spans_are_shown() -> None:
    """Code stands as typed, lists keep their marks, mathematics is Unicode and an image its alternative text."""
    assert click.unstyle(rendered(TEXT, 60)).split("\n") == [
        "Watch accuracy with the `class` as xᵢ stands, in a line that",
        "is too long. Cost $5.",
        "",
        "    loss = 1.0   # **kept** $as$ it is",
        "    if loss:",
        "        pass",
        "",
        "Then:",
        "- one",
        "- two that goes on",
        "",
        "    | a | b |",
        "    |---|---|",
        "",
        "Heading",
        "",
        "[image plot.png: curves]",
    ]


def test_lines_stay_within_the_width() -> None:
    """Styles and combining marks take no room; one long word may stick out, nothing else."""
    text = "word **bold** `code` $\\hat{x}$ " * 30
    for width in (20, 40, 79):
        assert all(columns(line) <= width for line in rendered(text, width, "  ").split("\n"))
    assert columns("x̂") == 1 and columns("漢") == 2


def test_a_choice_starts_with_its_number() -> None:
    """The first line carries the number, the others the indent; a choice that is a code block starts below it."""
    assert rendered("one two three", 12, "    ", " 1) ") == " 1) one two\n    three"
    assert rendered("```\nx = 1\n```", 40, "    ", " 1) ") == " 1)\n        x = 1"
    assert rendered("", 40, "    ", " 1) ") == " 1)"


def test_control_and_bidi_characters_are_not_printed() -> None:
    """An escape sequence or a reversed reading direction in a text cannot reach the terminal."""
    hostile = "a\x1b[31mb\u202ec\u2066d\x07\x9b"
    assert printable(hostile) == "a�[31mb�c�d��"
    for text in (hostile, f"`{hostile}`", f"**{hostile}**", f"$\\text{{{hostile}}}$", f"```\n{hostile}\n```"):
        shown = click.unstyle(rendered(text, 60))
        assert all(char.isprintable() or char == "\n" for char in shown)


@pytest.mark.parametrize("mark", ["**a ", "*a ", "![", "![a](", "`a ", "$$a ", "\\", "```\n", "- a\n"])
def test_marks_that_never_close_are_read_in_one_pass(mark: str) -> None:
    """Tens of thousands of opening marks take a moment, where looking for each one's end would take minutes."""
    assert rendered(mark * 20_000, 80)


def test_mathematics_that_cannot_be_shown_stays_as_typed() -> None:
    """A learner still sees the formula's source when a macro is unknown."""
    assert rendered("is $\\nosuch$ here", 40) == "is $\\nosuch$ here"


def test_plain_text_has_no_marks() -> None:
    """What is compared and measured has neither Markdown nor TeX."""
    assert plain("**a** *b* `c` $x^2$") == "a b `c` x²"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("costs $5", "a `$` opens mathematics that does not close (a dollar is written `\\$`)"),
        ("**bold $x**", "a `$` opens mathematics that does not close (a dollar is written `\\$`)"),
        ("a `code", "a backtick opens code that does not close"),
        ("```\ncode", "a code fence does not close"),
        ("costs \\$5, `$`, $x$ and `a`", None),
        ("```\n$ `\n```", None),
    ],
)
def test_what_opens_must_close(text: str, problem: str | None) -> None:
    """Mathematics, code and fences that do not close are named; escaped dollars and code are fine."""
    assert unclosed(text) == ([problem] if problem else [])
