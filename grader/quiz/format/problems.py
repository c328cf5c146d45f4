"""pydantic's errors in words an author can act on, each with its line."""

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.quiz.format import textfile
from grader.quiz.format.document import Document, Place


def problems(
    error: ValidationError,
    found: Document,
    model: type[BaseModel],
    kinds: Mapping[str, type[BaseModel]] = MappingProxyType({}),
) -> list[tuple[int, str]]:
    """Every error as (line, sentence); `kinds` are the models of the items of a list, by the word that chooses one."""
    # pydantic puts the word that chooses a model into the path of an error, where the document has nothing
    details = [
        (detail, str(detail["loc"][2]) if len(detail["loc"]) > 2 and detail["loc"][2] in kinds else "")
        for detail in error.errors(include_url=False)
    ]
    paths = [(*detail["loc"][:2], *detail["loc"][3:]) if word else detail["loc"] for detail, word in details]
    lines = []
    for (detail, word), path in zip(details, paths, strict=True):
        # pydantic calls a list empty when every item of it is wrong; the items' own errors say more
        deeper = (other for other in paths if len(other) > len(path))
        if detail["type"] == "too_short" and any(other[: len(path)] == path for other in deeper):
            continue
        known = _keys(kinds[word], path[2:-1]) if word else _keys(model, path[:-1])
        lines.append((found.line(path), _sentence(detail, path, known)))
    return lines


def _sentence(detail: ErrorDetails, path: Place, known: list[str]) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    last = path[-1] if path else ""
    name = textfile.shown(next((part for part in reversed(path) if isinstance(part, str)), "this"))[:60]
    subject = f"`{name}` (item {last + 1})" if isinstance(last, int) else f"`{name}`"
    given = (
        textfile.shown(repr(value))[:40] if isinstance(value, str | int | float) else _KINDS.get(type(value), "this")
    )
    if kind == "missing":
        return f"`{name}` is missing"
    if kind == "extra_forbidden":
        return f"unknown key `{name}`" + did_you_mean(name, known)
    if kind == "literal_error":
        allowed = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return f"{subject} must be {' or '.join(allowed)}, not {given}" + did_you_mean(str(value)[:60], allowed)
    if kind == "string_pattern_mismatch":
        return f"{subject} {_PATTERNS.get(name, _PATTERN)}; it is {given}"
    if kind == "value_error":
        return f"{subject} {detail['msg'].removeprefix('Value error, ')}, not {given}"
    if kind in _SENTENCES:
        return f"{subject} {_SENTENCES[kind].format(given=given, **context)}"
    return f"{subject}: {detail['msg']}"


def did_you_mean(word: str, known: list[str]) -> str:
    """`; did you mean ...?` where one of the known words is near."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


_KINDS = {dict: "a map", tuple: "a list", list: "a list", type(None): "empty"}
_PATTERN = "must be at most 40 of a-z, 0-9 and - and not start with -"
_PATTERNS = {"check": "must be the name of a function", "hash": "must be 8 to 64 of 0-9 and a-f"}
_SENTENCES = {
    "string_type": "must be text, not {given}; put it in quotes",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "too_short": "is empty",
    "too_long": "has more than {max_length} items",
    "bool_type": "must be true or false, not {given}",
    "int_type": "must be a whole number, not {given}",
    "float_type": "must be a number, not {given}",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list, not {given}",
    "dict_type": "must be a map of `key: value`, not {given}",
    "model_type": "must be a map of `key: value`, not {given}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def _keys(model: type[BaseModel], path: Place) -> list[str]:
    """The keys a map at that path may have."""
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_model_in, get_args(annotation)) if found), None)
