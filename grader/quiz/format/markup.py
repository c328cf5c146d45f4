"""The Markdown a quiz may use, as blocks and spans: paragraphs, lists, headings, fenced code, tables shown as typed;
`code`, **bold**, *emphasis*, `$mathematics$` and `![images](file.png)` inside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Span:
    """A piece of a line. `text` is without its marks; for an image it is the alternative text, `target` the file."""

    kind: Literal["text", "code", "math", "image"]
    text: str
    style: Literal["", "bold", "emphasis"] = ""
    target: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or list item (`marker` is `- ` or `1. `), or code as it stands; `source` is as typed."""

    kind: Literal["paragraph", "item", "code"]
    source: str
    marker: str = ""
    closed: bool = True

    @property
    def spans(self) -> list[Span]:
        """The pieces of a paragraph or an item; code has none."""
        return [] if self.kind == "code" else spans(self.source)


_FENCE = re.compile(r" *(```+|~~~+) *[\w+-]* *$")
_ITEM = re.compile(r"( {0,6})([-*+]|\d{1,3}[.)])\s+(.*)")
_SPAN = re.compile(
    r"(?P<escape>\\[\\`*_{}\[\]()#+\-.!$~|<>])"
    r"|(?P<tick>`+)(?!`)(?P<code>.+?)(?<!`)(?P=tick)(?!`)"
    r"|!\[(?P<alt>[^\[\]]*+)\]\((?P<target>[^()\s]*+)\)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\$(?=\S)(?P<math>(?:\\.|[^$\\])*?(?:\\.|[^\s$\\]))\$(?!\d)"
    r"|\*\*(?=\S)(?P<bold>(?:`[^`]*+`|(?!\*\*).)++)(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=[^\s*])(?P<emphasis>[^*]*[^\s*])\*(?![\w*])",
    re.DOTALL,
)


def blocks(text: str) -> list[Block]:
    """The blocks of a text, in order."""
    found: list[Block] = []
    paragraph: list[str] = []
    marker = ""
    lines = iter(text.split("\n"))
    for line in lines:
        item = _ITEM.match(line)
        fence = _FENCE.match(line)
        table = line.lstrip().startswith("|")
        heading = re.match(r"#{1,6} +(.*)", line)
        if paragraph and (fence or table or heading or item or not line.strip()):
            found.append(Block("item" if marker else "paragraph", " ".join(paragraph), marker))
            paragraph, marker = [], ""
        if fence:
            found.append(_fenced(lines, fence.group(1)))
        elif table and found and found[-1].source.startswith("|"):
            found[-1] = Block("code", f"{found[-1].source}\n{line.strip()}")
        elif table:
            found.append(Block("code", line.strip()))
        elif heading:
            found.append(Block("paragraph", f"**{heading.group(1).strip()}**"))
        elif item:
            marker = f"{item.group(1)}{item.group(2)} "
            paragraph = [item.group(3)]
        elif line.strip():
            paragraph.append(line.strip())
    if paragraph:
        found.append(Block("item" if marker else "paragraph", " ".join(paragraph), marker))
    return found


def _fenced(lines: Iterator[str], fence: str) -> Block:
    """The code up to the line that closes the fence."""
    code: list[str] = []
    for line in lines:
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            return Block("code", "\n".join(code))
        code.append(line)
    return Block("code", "\n".join(code), closed=False)


def spans(text: str, style: Literal["", "bold", "emphasis"] = "") -> list[Span]:
    """The spans of a paragraph, in order."""
    found: list[Span] = []
    at = 0
    for match in _SPAN.finditer(text):
        if match.start() > at:
            found.append(Span("text", text[at : match.start()], style))
        at = match.end()
        if match["escape"]:
            found.append(Span("text", match["escape"][1:], style))
        elif match["code"] is not None:
            found.append(Span("code", match["code"], style))
        elif match["target"] is not None:
            found.append(Span("image", match["alt"], style, match["target"]))
        elif match["display"] is not None or match["math"] is not None:
            found.append(Span("math", match["display"] or match["math"], style))
        elif match["bold"] is not None:
            found += spans(match["bold"], "bold")
        else:
            found += spans(match["emphasis"], style or "emphasis")
    if at < len(text):
        found.append(Span("text", text[at:], style))
    return found


def all_spans(text: str) -> Iterator[Span]:
    """Every span of every block."""
    for block in blocks(text):
        yield from block.spans


def unclosed(text: str) -> list[str]:
    """What opens and does not close: a code fence, `$`, a backtick."""
    problems = []
    for block in blocks(text):
        if not block.closed:
            problems.append("a code fence does not close")
        elif block.kind != "code":
            rest = _SPAN.sub(_inside, block.source)
            if "$" in rest:
                problems.append("a `$` opens mathematics that does not close (a dollar is written `\\$`)")
            if "`" in rest:
                problems.append("a backtick opens code that does not close")
    return problems


def _inside(match: re.Match[str]) -> str:
    """What may still hold something unclosed once a span is taken out."""
    inner = match["bold"] or match["emphasis"]
    return _SPAN.sub(_inside, inner) if inner else ""
