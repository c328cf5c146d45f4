"""Output that stays readable where a console's encoding lacks a character: `✓` becomes `ok`, not a question mark."""

import codecs
import io
import os
from typing import TextIO

READABLE = "grader-readable"  # an error handler for `reconfigure(errors=…)`
SPELLED = {
    "✓": "ok", "✗": "no", "→": "->", "≥": ">=", "≤": "<=", "×": "x", "·": "-", "…": "...", "–": "-", "—": "-",
    "“": '"', "”": '"', "‘": "'", "’": "'", "λ": "lambda", "±": "+-", "−": "-", "█": "#", "░": ".",
}  # fmt: skip


def spelled(problem: UnicodeError) -> tuple[str, int]:
    """What stands for the characters that an encoding lacks, each by itself."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    lost = problem.object[problem.start : problem.end]
    return "".join(SPELLED.get(char, "?") for char in lost).encode("ascii", "replace").decode(), problem.end


def make_readable(stream: object) -> None:
    """From now on the stream spells what it cannot show."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=READABLE)


def redraws(stream: TextIO) -> bool:
    """Whether a line can be written over: not in a file, and not where TERM says `dumb`, as with a screen reader."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


codecs.register_error(READABLE, spelled)
