"""A quiz's Markdown as lines for a terminal: wrapped text, code indented, mathematics in Unicode.

Reads the same without color (backticks stay around code) and with a screen reader (no boxes, no cursor movement).
"""

import re
import unicodedata
from collections.abc import Iterable

from grader.quiz.format.markup import Block, Span, blocks
from grader.quiz.format.tex import TexError, unicode_math

CODES = {"bold": 1, "underline": 4, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def styled(text: str, *styles: str) -> str:
    """The text between the codes of a terminal that mean these styles and colors; click takes them out of pipes."""
    return "".join(f"\x1b[{CODES[style]}m" for style in styles) + text + "\x1b[0m"


def unstyled(text: str) -> str:
    """The text without such codes."""
    return ANSI.sub("", text)


def rendered(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    """The text wrapped to `width` columns; `first` stands before the first line in place of the indent."""
    parts: list[str] = []
    for number, block in enumerate(blocks(text)):
        lead = first if number == 0 and first is not None else indent
        gap = [] if number == 0 or block.kind == "item" else [""]
        parts += gap + _block(block, width, indent, lead)
    return "\n".join(parts) if parts else (first or "").rstrip()


def _block(block: Block, width: int, indent: str, lead: str) -> list[str]:
    if block.kind == "code":
        lines = [f"{indent}    {printable(line)}".rstrip() for line in block.source.split("\n")]
        return ([lead.rstrip()] if lead.strip() else []) + lines
    marker = block.marker
    return _wrapped(_words(block.spans), width, lead + marker, indent + " " * len(marker))


def _wrapped(words: Iterable[str], width: int, lead: str, indent: str) -> list[str]:
    lines = []
    line, used = lead, columns(lead)
    empty = True
    for word in words:
        size = columns(word)
        if not empty and used + 1 + size > width:
            lines.append(line)
            line, used, empty = indent, columns(indent), True
        line, used = (line + word, used + size) if empty else (f"{line} {word}", used + 1 + size)
        empty = False
    return [*lines, line]


def _words(spans: list[Span]) -> list[str]:
    """The words to wrap at; mathematics and code are never broken, and stay joined to what touches them."""
    words = [""]
    for span in spans:
        if span.kind == "text":
            pieces = [_styled(piece, span) for piece in printable(span.text.replace("\n", " ")).split(" ")]
        else:
            pieces = [_styled(inline(span), span)]
        words[-1] += pieces[0]
        words += pieces[1:]
    return [word for word in words if word]


def inline(span: Span) -> str:
    """A span as plain text: code keeps its backticks, an image becomes its alternative text."""
    if span.kind == "code":
        return f"`{printable(span.text)}`"
    if span.kind == "math":
        return _math(span.text)
    if span.kind == "image":
        return f"[image {printable(span.target)}: {printable(span.text)}]"
    return printable(span.text)


def _math(tex: str) -> str:
    try:
        return printable(unicode_math(tex))
    except TexError:
        return f"${printable(tex)}$"


def _styled(text: str, span: Span) -> str:
    if not text:
        return ""
    if span.kind == "code":
        return styled(text, "cyan")
    if span.style == "bold":
        return styled(text, "bold")
    return styled(text, "underline") if span.style else text


def printable(text: str) -> str:
    """The text without characters that could steer the terminal or turn the reading direction."""
    return "".join(char if char.isprintable() else " " if char in "\t\n" else "�" for char in text)


def columns(text: str) -> int:
    """How many columns a styled text takes: combining marks take none, wide characters two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in unstyled(text)
    )


def plain(text: str) -> str:
    """The text on one line without marks, as it is compared and measured: `**a** $x^2$` is `a x²`."""
    return " ".join(
        block.source if block.kind == "code" else "".join(map(inline, block.spans)) for block in blocks(text)
    )
