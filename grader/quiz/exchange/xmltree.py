"""XML -> a tree with line numbers, for files somebody else wrote: no DTD, no entities, capped depth and size.

A DOCTYPE is refused as soon as it starts, so nothing can be expanded and nothing outside the file is ever opened.
"""

from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

from grader.quiz.format.document import DocumentError

MAX_DEPTH = 60
MAX_ELEMENTS = 200_000


@dataclass
class Node:
    """One element. `text` is what stands directly inside it, `comments` are the XML comments directly inside it."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: "list[Node]" = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def all(self, *path: str) -> "list[Node]":
        """The elements at the end of a path of names, in order."""
        nodes = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.children if child.name == name]
        return nodes

    def first(self, *path: str) -> "Node | None":
        """The first element at the end of a path of names."""
        return next(iter(self.all(*path)), None)

    def value(self, *path: str) -> str:
        """The text of the first element at the end of a path, without white space around it; "" if there is none."""
        node = self.first(*path)
        return node.text.strip() if node else ""

    def named(self, name: str) -> "list[Node]":
        """All elements of that name below this one, in document order."""
        found = [self] if self.name == name else []
        return found + [node for child in self.children for node in child.named(name)]


def parse(text: str, where: str) -> Node:
    """The root of an XML text; names come without a namespace prefix. Raises DocumentError with the line."""
    parser = expat.ParserCreate("utf-8")
    root = Node("", {}, 1)
    stack = [root]
    count = 0

    def refuse(sentence: str) -> None:
        raise DocumentError(where, [(parser.CurrentLineNumber, sentence)])

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > MAX_DEPTH:
            refuse(f"elements are nested deeper than {MAX_DEPTH} levels")
        if count > MAX_ELEMENTS:
            refuse(f"more than {MAX_ELEMENTS} elements")
        node = Node(name.rpartition(":")[2], attributes, parser.CurrentLineNumber)
        stack[-1].children.append(node)
        stack.append(node)
        pieces.append([])

    def end(name: str) -> None:
        stack.pop().text = "".join(pieces.pop())

    def doctype(*_: object) -> None:
        refuse("a DOCTYPE is not allowed: remove the line (entities and outside files are never read)")

    pieces: list[list[str]] = [[]]
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda data: pieces[-1].append(data)
    parser.CommentHandler = lambda data: stack[-1].comments.append(data.strip())
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise DocumentError(where, [(error.lineno, f"this is not XML: {expat.ErrorString(error.code)}")]) from None
    return root.children[0]


def serialize(root: ElementTree.Element) -> bytes:
    """An indented UTF-8 document with its declaration, the same bytes every time."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def add(
    parent: ElementTree.Element, name: str, text: str | None = None, attributes: dict[str, str] | None = None
) -> ElementTree.Element:
    """A new child element."""
    element = ElementTree.SubElement(parent, name, attributes or {})
    element.text = text
    return element
