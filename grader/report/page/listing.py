"""Code on a page: a line number before each line, colors by the kind of word, marks where something went wrong.

The source is a student's. It is read by one pattern that takes time in proportion to its length, and never run.
"""

import keyword
import re
from collections.abc import Callable, Collection, Iterator

from markupsafe import Markup, escape

from grader.base.text import visible

WORD = re.compile(
    r"(?P<str>[rbfuRBFU]{0,2}(?:\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?"
    r"|\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?))"
    r"|(?P<com>\#[^\n]*)|(?P<def>(?<=\bdef )\w+|(?<=\bclass )\w+|@[\w.]+)|(?P<num>\b\d[\w.]*)|(?P<word>[^\W\d]\w*)"
    r"|(?P<rest>.[^\w\"'\#@]*)",
    re.DOTALL,
)
LONGEST = 400  # characters of a line, and
MOST = 2000  # lines that are shown


def plain_name(line: int) -> str:
    """The number of a line of a Python file."""
    return str(line)


def listing(source: str, name: Callable[[int], str] = plain_name, marked: Collection[int] = ()) -> Markup:
    """The lines of a source as HTML for a <pre>; `name` says what stands before a line, `marked` lines stand out."""
    lines = list(colored(visible(source).rstrip("\n")))[:MOST]
    names = [name(number) for number in range(1, len(lines) + 1)]
    width = max(map(len, names), default=1)
    found = [
        Markup('<span class="l{}"><i>{}</i>{}</span>\n').format(
            " bad" if number in marked else "", label.rjust(width), text
        )
        for number, (label, text) in enumerate(zip(names, lines, strict=True), 1)
    ]
    return Markup("").join(found)


def colored(source: str) -> Iterator[Markup]:
    """Each line of a source with its words in spans."""
    line: list[Markup] = []
    length = 0
    for kind, text in words(source):
        first = True
        for part in text.split("\n"):
            if not first:
                yield Markup("").join(line)
                line, length = [], 0
            first = False
            shown = part[: max(0, LONGEST - length)] + ("…" if length <= LONGEST < length + len(part) else "")
            length += len(part)
            if shown:
                line.append(Markup('<span class="t-{}">{}</span>').format(kind, shown) if kind else escape(shown))
    yield Markup("").join(line)


def words(source: str) -> Iterator[tuple[str, str]]:
    """Pieces of a source with their kind: str, com, num, def, key, or nothing."""
    for match in WORD.finditer(source):
        kind, text = match.lastgroup or "", match[0]
        if kind == "word":
            kind = "key" if keyword.iskeyword(text) else ""
        yield ("" if kind == "rest" else kind), text
