"""The one reader of TOML files: a dataclass says which keys a table has, of what type and range, and what they mean.

    @dataclass(frozen=True)
    class Limits:
        seconds: float = key("of one test", 10.0, above=0)

    read_toml(path, Limits)

Unknown keys, wrong types and values out of range are errors with file and line. `reference` turns the same dataclasses
into the documentation of every key.
"""

import dataclasses
import difflib
import operator
import re
import tomllib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from grader.base.errors import CourseError, GraderError

T = TypeVar("T")
WORDS = {
    int: "a whole number", float: "a number", str: "text in quotes", bool: "true or false",
    datetime: "a date and time with an offset from UTC, as 2026-03-01T23:59:00+01:00",
}  # fmt: skip
SENSES = {"above": "above", "least": "at least", "most": "at most"}
HEAD = re.compile(r"\s*\[+\s*([\w.\"'-]+)\s*\]+")
KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")


def key(
    meaning: str,
    default: Any = MISSING,
    *,
    above: float | None = None,
    least: float | None = None,
    most: float | None = None,
    choices: Iterable[Any] = (),
    pattern: str = "",
) -> Any:
    """A field that a file sets, required where there is no default; the bounds hold for each item of a list, too."""
    rules = {"meaning": meaning, "above": above, "least": least, "most": most, "choices": tuple(choices),
             "pattern": pattern}  # fmt: skip
    if callable(default):
        return field(default_factory=default, metadata=rules)
    return field(default=default, metadata=rules)


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …?`, or nothing if no known name is like this one."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean `{near[0]}`?" if near else ""


def read_toml(path: Path, kind: type[T], error: type[GraderError] = CourseError) -> T:
    """The file as an instance of the dataclass `kind`; `error` names file, line and key of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not UTF-8"
        raise error(f"cannot be read: {reason}", str(path)) from None
    return parse_toml(text, kind, str(path), error)


def key_place(path: Path, *names: str, nth: int = 0) -> str:
    """`file:line` of a key or table, of the `nth` where several tables have its name; else the file's first line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return f"{path}:1"
    return f"{path}:{Table(text, str(path), CourseError, {names[:1]: nth}).line(names) or 1}"


def parse_toml(text: str, kind: type[T], where: str, error: type[GraderError] = CourseError) -> T:
    """As `read_toml`, of a text that came from `where`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"line (\d+)", str(problem))
        place = f"{where}:{line[1]}" if line else where
        raise error(f"is not TOML: {problem}", place, "mend the line; toml.io describes the format") from None
    found: T = Table(text, where, error).build(kind, content, ())
    return found


@dataclass(frozen=True)
class Table:
    """Turns the tables of one text into dataclasses."""

    text: str
    where: str
    error: type[GraderError]
    nth: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """Which of several tables of one name is being read, for the line of what is wrong in it."""

    def build(self, kind: Any, content: dict[str, Any], path: tuple[str, ...]) -> Any:
        """An instance of `kind` from a table; `path` is where the table stands in the file."""
        fields = {f.name: f for f in dataclasses.fields(kind)}
        hints = typing.get_type_hints(kind)
        for name in content:
            if name not in fields:
                raise self.wrong("unknown key", (*path, name), nearest(name, fields) or f"known: {', '.join(fields)}")
        values = {}
        for name, one in fields.items():
            if name in content:
                values[name] = self.value(hints[name], content[name], (*path, name), one.metadata)
            elif one.default is MISSING and one.default_factory is MISSING:
                raise self.wrong("is missing:", (*path, name), str(one.metadata["meaning"]), lead=True)
        return kind(**values)

    def value(self, hint: Any, value: Any, path: tuple[str, ...], rules: Mapping[str, Any]) -> Any:
        """One value, checked against its annotation and rules."""
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            fits = [a for a in args if isinstance(value, plain(a)) and not isinstance(value, bool)]
            if not fits:
                raise self.wrong(f"must be {words(args)}", path)
            return self.value(fits[0], value, path, rules)
        if origin is tuple:
            if not isinstance(value, list):
                raise self.wrong(f"must be a list of {many(args[0])}", path, "write it in [ ]")
            tables = (dataclasses.replace(self, nth={**self.nth, path: number}) for number in range(len(value)))
            return tuple(table.value(args[0], one, path, rules) for table, one in zip(tables, value, strict=True))
        if origin is not None and issubclass(origin, Mapping):
            if not isinstance(value, dict):
                raise self.wrong("must be a table", path, f"write [{'.'.join(path)}] and one line for each")
            return {name: self.value(args[1], one, (*path, name), rules) for name, one in value.items()}
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, dict):
                raise self.wrong("must be a table", path, f"write [{'.'.join(path)}]")
            return self.build(hint, value, path)
        if not isinstance(value, plain(hint)) or (isinstance(value, bool) and hint is not bool):
            raise self.wrong(f"must be {word(hint)}", path)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise self.wrong(f"must be {word(hint)}", path)
        self.check(value, path, rules)
        return value

    def check(self, value: Any, path: tuple[str, ...], rules: Mapping[str, Any]) -> None:
        """The range, the choices and the form that the field's `key` demands."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            for name, compare in (("above", operator.gt), ("least", operator.ge), ("most", operator.le)):
                if rules.get(name) is not None and not compare(value, rules[name]):
                    raise self.wrong(f"must be {SENSES[name]} {rules[name]}, not {value}", path)
        if rules.get("choices") and value not in rules["choices"]:
            known = " or ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in rules["choices"])
            raise self.wrong(f"must be {known}, not {value!r}", path, nearest(str(value), map(str, rules["choices"])))
        if rules.get("pattern") and isinstance(value, str) and not re.fullmatch(rules["pattern"], value):
            raise self.wrong(f"{value!r} is not {rules['meaning']}", path)

    def wrong(self, what: str, path: tuple[str, ...], next: str = "", lead: bool = False) -> GraderError:
        name = f"`{'.'.join(path)}`"
        line = self.line(path)
        words = f"{name} {what.rstrip(':')}" if lead or not what.startswith("unknown") else f"{what} {name}"
        return self.error(words, f"{self.where}:{line}" if line else self.where, next)

    def line(self, path: tuple[str, ...]) -> int:
        """The line on which a key stands, 0 if it cannot be found."""
        head: tuple[str, ...] = ()
        seen: dict[tuple[str, ...], int] = {}
        for number, text in enumerate(self.text.splitlines(), 1):
            found = HEAD.fullmatch(text.split("#")[0].rstrip())
            if found:
                head = names(found[1])
                seen[head] = seen.get(head, -1) + 1
            if any(
                seen.get(table, 0) != at for table, at in self.nth.items() if table[: len(table)] == path[: len(table)]
            ):
                continue
            if found and head == path:
                return number
            if not found and (found := KEY.match(text)) and (*head, *names(found[1])) == path:
                return number
        return 0


def names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in dotted.split("."))


def plain(hint: Any) -> Any:
    """What `isinstance` is asked for: a whole number is a number, too."""
    return (int, float) if hint is float else typing.get_origin(hint) or hint


def word(hint: Any) -> str:
    return WORDS.get(hint, "a table")


def words(hints: Iterable[Any]) -> str:
    """The types of a union; that a key may be left out its default says."""
    return " or ".join(word(hint) for hint in hints if hint is not type(None))


def many(hint: Any) -> str:
    return {int: "whole numbers", float: "numbers", str: "texts in quotes", datetime: "dates and times"}.get(
        hint, "tables"
    )


def reference(kind: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str, str]]:
    """(key, type, default, meaning) of every key of a file, those of inner tables too."""
    hints = typing.get_type_hints(kind)
    for one in dataclasses.fields(kind):
        hint, here = hints[one.name], (*path, one.name)
        args = typing.get_args(hint)
        inner = next((a for a in (hint, *args) if dataclasses.is_dataclass(a)), None)
        required = one.default is MISSING and one.default_factory is MISSING
        given = None if inner is not None or one.default is MISSING else one.default
        shown = "required" if required else shown_default(given)
        yield ".".join(here), kind_of(hint), shown, str(one.metadata["meaning"]) + bounds(one.metadata)
        if inner is not None:
            yield from reference(inner, here)


def kind_of(hint: Any) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return f"list of {many(args[0])}"
    if origin is not None and origin not in (types.UnionType, typing.Union):
        return f"table of {many(args[1])}" if args[1] in WORDS else "table"
    return words(args) if args else word(hint)


def shown_default(default: Any) -> str:
    if default is None or default == ():
        return "none"
    return f'"{default}"' if isinstance(default, str) else str(default)


def bounds(rules: Mapping[str, Any]) -> str:
    """The range as a reader of the reference sees it."""
    parts = [f"{sense} {rules[name]}" for name, sense in SENSES.items() if rules[name] is not None]
    if rules["choices"]:
        parts.append(" or ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in rules["choices"]))
    return f" ({', '.join(parts)})" if parts else ""
