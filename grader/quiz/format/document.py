"""YAML 1.2 text -> plain values with the line of each, and every problem at once.

Built on ruamel.yaml's event stream rather than its loader: an alias, an anchor or a tag is refused before anything is
built from it, the depth cap holds while reading, and a duplicate key is one problem among others instead of the end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from grader.base.errors import UsageError
from grader.base.text import counted
from grader.quiz.format.textfile import shown

MAX_DEPTH = 12
MAX_VALUES = 20_000
"""Some thousand questions' worth; more is no quiz, and reading it would keep the machine busy."""
MAX_LINE = 10_000
MAX_SHOWN = 100

Place = tuple[str | int, ...]
"""The way from the top to a value: keys and positions, as ("questions", 0, "choices", 2, "text")."""


class DocumentError(UsageError):
    """One or more problems of one file, each `file:line: sentence`."""

    def __init__(self, where: str, problems: list[tuple[int, str]], next: str = "") -> None:
        self.problems = sorted(set(problems))
        self.lines = [f"{where}:{line}: {sentence}" for line, sentence in self.problems[:MAX_SHOWN]]
        count = counted(len(self.problems), "problem")
        first = f"; the first {MAX_SHOWN}" if len(self.problems) > MAX_SHOWN else ""
        super().__init__("\n".join([f"{count}, nothing was done{first}", *self.lines]), next=next)


@dataclass
class Document:
    """Plain values (dict, tuple, str, int, float, bool, None), their lines, and what is wrong with the text."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def line(self, path: Place) -> int:
        """The line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Stop(Exception):
    """Reading cannot go on."""


def parse(text: str) -> Document:
    """The document of a text; never raises for what the text holds, see `Document.problems`."""
    document = Document()
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            document.problems.append((number, f"a line is longer than {MAX_LINE} characters"))
            return document
    try:
        events = YAML(typ="safe", pure=True).parse(text)
        _Builder(document, events).build()
    except _Stop:
        pass
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        document.problems.append((mark.line + 1 if mark else 1, f"this is not YAML: {shown(reason)[:200]}"))
    except (YAMLError, RecursionError, ValueError) as error:
        document.problems.append((1, f"this is not YAML: {str(error).splitlines()[0] if str(error) else 'unreadable'}"))
    return document


class _Builder:
    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self.document = document
        self.events = events
        self.values = 0

    def build(self) -> None:
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problem(event, "a second document starts here; one file holds one")
                    return
                self.document.value = self.node(next(self.events), ())
        if not documents:
            self.document.problems.append((1, "the file is empty"))

    def problem(self, event: Event, sentence: str) -> None:
        self.document.problems.append((event.start_mark.line + 1, sentence))

    def node(self, event: Event, path: Place) -> Any:
        self.document.lines[path] = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            self.problem(event, f"alias `*{_short(event.anchor)}` is not allowed: write the text out")
            return None
        assert isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent)
        if event.anchor is not None:
            self.problem(
                event, f"anchor `&{_short(event.anchor)}` is not allowed: write the text out where it is needed"
            )
        if event.tag is not None:
            self.problem(event, f"tag `{_short(event.tag)}` is not allowed: plain text and numbers only")
        self.values += 1
        if self.values > MAX_VALUES:
            self.problem(event, f"more than {MAX_VALUES} values")
            raise _Stop
        if len(path) > MAX_DEPTH:
            self.problem(event, f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        if isinstance(event, ScalarEvent):
            if _CONTROL.search(event.value):
                self.problem(event, "holds a control character")
            return event.value if event.style or event.tag else _resolve(event.value)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def sequence(self, path: Place) -> tuple[Any, ...]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self.node(event, (*path, len(items))))
        return tuple(items)

    def mapping(self, path: Place) -> dict[str, object]:
        items: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
                self.problem(event, "a key must be a plain word")
                raise _Stop
            key, line = event.value, event.start_mark.line + 1
            value = self.node(next(self.events), (*path, key))
            if key in items:
                self.problem(event, f"`{_short(key)}` stands here twice")
            else:
                self.document.lines[(*path, key)] = line
                items[key] = value
        return items


def _short(name: str) -> str:
    """A name of the file's as a message may show it."""
    return shown(name)[:60]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _resolve(plain: str) -> Any:
    """The YAML 1.2 core schema's reading of an unquoted scalar: `yes` and `1:30` stay text."""
    if plain in ("", "~", "null", "Null", "NULL"):
        return None
    if plain in _WORDS:
        return _WORDS[plain]
    if _INT.fullmatch(plain):
        return int(plain)
    return float(plain) if _FLOAT.fullmatch(plain) else plain
