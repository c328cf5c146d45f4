"""`Quiz` -> the YAML of its file: the same text for the same quiz, and what the reader reads back equal."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from grader.quiz.format.kinds.parts import Frozen
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Attempts, Quiz


def quiz_text(quiz: Quiz, comment: str = "") -> str:
    """The file of a quiz, with the comment (one line) above it."""
    lines = [f"# {comment}"] if comment else []
    lines += ["format: 1", *_entry("id", quiz.id), *_entry("title", quiz.title)]
    if quiz.release:
        lines += _entry("release", quiz.release)
    if quiz.attempts != Attempts():
        lines += ["attempts:", *_fields(quiz.attempts, "  ")]
    if quiz.pools:
        lines += _entry("pools", quiz.pools)
    lines += ["questions:"]
    for question in quiz.questions:
        lines += _item(_question(question), "  ")
    return "\n".join(lines) + "\n"


def _question(question: Question) -> list[str]:
    """The common fields, then the kind's own, then the explanation."""
    common = [name for name in Question.model_fields if name != "explanation"]
    own = [name for name in type(question).model_fields if name not in Question.model_fields]
    return _fields(question, "", (*common, *own, "explanation"))


def _fields(part: Frozen, indent: str, names: Sequence[str] = ()) -> list[str]:
    """The fields that say something other than their default."""
    lines = []
    fields = type(part).model_fields
    for name in names or fields:
        value = getattr(part, name)
        if fields[name].is_required() or value != fields[name].default:
            lines += [indent + line if line else "" for line in _entry(name, value)]
    return lines


def _item(lines: list[str], indent: str) -> list[str]:
    """The lines of a map as an item of a list."""
    return [f"{indent}{'- ' if number == 0 else '  '}{line}" if line else "" for number, line in enumerate(lines)]


def _entry(name: str, value: Any) -> list[str]:
    if isinstance(value, tuple) and value and all(isinstance(part, Frozen) for part in value):
        return [f"{name}:", *(line for part in value for line in _item(_fields(part, "") or ["{}"], "  "))]
    if isinstance(value, str) and "\n" in value and _fits_block(value):
        body = value.removesuffix("\n")
        return [
            f"{name}: |" + ("" if value.endswith("\n") else "-"),
            *(f"  {line}" if line else "" for line in body.split("\n")),
        ]
    return [f"{name}: {_scalar(value)}"]


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else repr(float(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_scalar(one)}" for name, one in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_scalar, value)) + "]"
    if isinstance(value, str):
        return value if _SLUG.fullmatch(value) else _quoted(value)
    return str(value)


def _fits_block(text: str) -> bool:
    """Whether a literal block gives the text back: nothing for YAML to strip, fold or take for an indent."""
    body = text.removesuffix("\n")
    return (
        all(char.isprintable() or char == "\n" for char in text)
        and not body.startswith((" ", "\n"))
        and not body.endswith(("\n", " "))
        and all(line.strip() or not line for line in body.split("\n"))
    )


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    return char if char.isprintable() else f"\\U{ord(char):08X}"


_SLUG = re.compile(r"(?!(true|false|null|yes|no|on|off|y|n)$)[a-z][a-z0-9_-]*")
"""What stays text without quotes, under YAML 1.1 too."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
