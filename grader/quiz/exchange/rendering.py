"""A quiz's Markdown -> the HTML a learning platform shows: the one rendering all three formats carry.

It follows `grader.quiz.format.markup`, so a platform shows what `grader quiz take` shows. Platforms disagree on
Markdown and most leave `$...$` alone, but all of them typeset `\\(...\\)` in HTML with MathJax, so that is what
mathematics becomes.
Everything a text holds is escaped; HTML inside a text stays visible as typed.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from grader.quiz.format.markup import Block, Span, all_spans, blocks


def to_html(text: str) -> str:
    """The HTML of a Markdown text; a single paragraph comes without its `<p>`."""
    found = blocks(text)
    if [block.kind for block in found] == ["paragraph"]:
        return _spans(found[0].spans)
    parts: list[str] = []
    for is_item, group in groupby(found, lambda block: block.kind == "item"):
        row = list(group)
        parts += _lists(row) if is_item else map(_block, row)
    return "\n".join(parts)


def images(text: str) -> list[str]:
    """The files of the images a text shows, in order."""
    return [span.target for span in all_spans(text) if span.kind == "image"]


def _block(block: Block) -> str:
    if block.kind == "code":
        return f"<pre><code>{escape(block.source, quote=False)}\n</code></pre>"
    return f"<p>{_spans(block.spans)}</p>"


def _lists(items: Sequence[Block]) -> list[str]:
    """Items in a row as lists, deeper ones inside the item above them."""
    entries: list[tuple[Block, list[Block]]] = []
    for item in items:
        if _depth(item) > _depth(items[0]):
            entries[-1][1].append(item)
        else:
            entries.append((item, []))
    parts = []
    for ordered, group in groupby(entries, lambda entry: _ordered(entry[0])):
        rows = list(group)
        tag, number = "ol" if ordered else "ul", rows[0][0].marker.strip(" .)-*+")
        start = f' start="{int(number)}"' if number not in ("", "1") else ""
        lines = [f"<li>{''.join([_spans(item.spans), *_lists(below)])}</li>" for item, below in rows]
        parts.append("\n".join([f"<{tag}{start}>", *lines, f"</{tag}>"]))
    return parts


def _depth(item: Block) -> int:
    return len(item.marker) - len(item.marker.lstrip())


def _ordered(item: Block) -> bool:
    return item.marker.strip()[0].isdigit()


def _spans(spans: Iterable[Span]) -> str:
    """The spans of a paragraph; neighbors of one kind and style go together, so that escapes leave no seam."""
    parts = []
    for (kind, style, target), group in groupby(spans, lambda span: (span.kind, span.style, span.target)):
        texts = [escape(span.text, quote=kind == "image") for span in group]
        html = "".join(_MARKED[kind].format(text=text, target=escape(target)) for text in texts)
        html = _without_math("".join(texts)) if kind == "text" else html
        parts.append({"": "{}", "bold": "<strong>{}</strong>", "emphasis": "<em>{}</em>"}[style].format(html))
    return re.sub(r"</(strong|em)><\1>", "", "".join(parts))


_MARKED = {
    "text": "{text}",
    "code": "<code>{text}</code>",
    "math": r"\({text}\)",
    "image": '<img src="{target}" alt="{text}" />',
}


def _without_math(html: str) -> str:
    """Text in which nothing looks like the start of mathematics to MathJax."""
    return re.sub(r"\\([()\[\]])", r"\\<span>\1</span>", html).replace("$$", "$<span>$</span>")
