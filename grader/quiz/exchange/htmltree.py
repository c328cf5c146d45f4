"""HTML of unknown make -> a tree of elements and text, in time proportional to its length.

Closes what the author forgot to close, passes over tags nested too deep (their text is kept) and drops what holds no
text for a reader. The standard library's parser takes minutes for a few hundred kilobytes of unclosed tags, so the
tags are found here, each with a bounded look ahead.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_DEPTH = 20
MAX_TAG = 1000
"""No tag with its attributes is longer than this; a longer one is read as text."""

DROPPED = {"script", "style", "head", "title", "template", "object", "iframe", "svg"}
VOID = {"br", "hr", "img", "input", "wbr"}
BLOCKS = {"p", "div", "ul", "ol", "li", "pre", "blockquote", "hr", "table", "thead", "tbody", "tr", "section"}
BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "article", "body", "html", "figure", "figcaption"}

_CLOSES = {"li": {"li", "p"}, "tr": {"tr", "td", "th", "p"}, "td": {"td", "th", "p"}, "th": {"td", "th", "p"}}
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]{0,19})((?:[^"'<>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z][\w:-]{0,60})\s{0,9}=\s{0,9}(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++))""")


@dataclass
class Element:
    """One element; `children` are elements and strings in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside; a `<br>` is a line break."""
        if self.tag == "br":
            return "\n"
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def elements(self) -> "list[Element]":
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> "Iterator[Element]":
        """This element and all below it, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()


def parse(text: str) -> Element:
    """The tree of an HTML text; never fails."""
    root = Element("")
    stack = [root]
    for piece in _pieces(text):
        if isinstance(piece, str):
            stack[-1].children.append(unescape(piece))
        elif piece[1]:
            _close(stack, piece[2].lower())
        else:
            _open(stack, piece[2].lower(), piece[3])
    return root


def unescape(text: str) -> str:
    """The text with its character references resolved; absurd ones stay as they are."""
    try:
        return html.unescape(text)
    except ValueError:
        return text


def _open(stack: list[Element], tag: str, attributes: str) -> None:
    while stack[-1].tag in _CLOSES.get(tag, {"p"} if tag in BLOCKS else ()):
        stack.pop()
    element = Element(tag)
    for name, *values in _ATTRIBUTE.findall(attributes):
        element.attributes.setdefault(name.lower(), unescape("".join(values)))
    if len(stack) <= MAX_DEPTH or tag in VOID:
        stack[-1].children.append(element)
    if len(stack) <= MAX_DEPTH and tag not in VOID:
        stack.append(element)


def _close(stack: list[Element], tag: str) -> None:
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag == tag:
            del stack[depth:]
            return


def _pieces(text: str) -> Iterator[str | re.Match[str]]:
    """Text and tags in turn; comments, declarations and the contents of dropped elements are left out."""
    position = start = 0
    while (position := text.find("<", position)) >= 0:
        tag = _TAG.match(text, position, position + MAX_TAG)
        if tag:
            end = tag.end()
            if tag[2].lower() in ("script", "style") and not tag[1]:
                closing = re.compile(rf"</{tag[2]}", re.IGNORECASE).search(text, end)
                end = closing.start() if closing else len(text)
        elif text.startswith("<!--", position):
            closing_at = text.find("-->", position)
            end = closing_at + 3 if closing_at >= 0 else len(text)
        elif text.startswith(("<!", "<?"), position):
            closing_at = text.find(">", position)
            end = closing_at + 1 if closing_at >= 0 else len(text)
        else:
            position += 1
            continue
        yield from filter(None, (text[start:position], tag))
        position = start = end
    yield text[start:]
