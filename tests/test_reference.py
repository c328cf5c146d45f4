"""docs/reference.md has every key of every file that an author writes, as the readers know them."""

import os
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from grader.base.toml import reference
from grader.course.course import CourseFile
from grader.course.exercise import ExerciseFile
from grader.course.mistakes import PatchFile
from grader.quiz.format.kinds import KINDS
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.vocabulary import Vocabulary
from grader.report.gradebook.adjust import AdjustFile
from grader.report.gradebook.late import LateFile
from grader.verify.excuses import VerifyFile

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
HEAD = """# Every key of every file

Made from the readers themselves (`grader/base/toml.py`, `grader/quiz/format/model.py`): an unknown key, a wrong type or
a value out of range is an error that names file and line.
"""
TOML = (
    ("exercises/course.toml", CourseFile),
    ("exercises/<id>/exercise.toml", ExerciseFile),
    ("solutions/<id>/verify.toml", VerifyFile),
    ("solutions/<id>/mistakes/<name>.toml", PatchFile),
    ("late.toml, for `grader report --late`", LateFile),
    ("adjust.toml, for `grader report --adjust`", AdjustFile),
)
WORDS = {kind: " or ".join(word for word in KINDS if KINDS[word] is kind) for kind in KINDS.values()}
YAML = (
    ("quizzes/<id>.yaml", Quiz),
    ("a question of quizzes/<id>.yaml, of any kind", Question),
    *((f"what a question with `kind: {words}` has besides", kind) for kind, words in WORDS.items()),
    ("quizzes/vocabulary.toml", Vocabulary),
)
Rows = Iterator[tuple[str, str, str, str]]


def models(kind: type[BaseModel], path: tuple[str, ...] = ()) -> Rows:
    """(key, type, default, meaning) of every field of a pydantic model and of those inside it."""
    for name, one in kind.model_fields.items():
        if issubclass(kind, Question) and kind is not Question and name in Question.model_fields:
            continue
        inner = [a for a in (one.annotation, *typing.get_args(one.annotation)) if isinstance(a, type)]
        model = next((a for a in inner if issubclass(a, BaseModel)), None)
        default = one.default
        shown = "required" if default is PydanticUndefined else plain(default)
        yield ".".join((*path, name)), form(one.annotation), shown, one.description or ""
        if model is not None:
            yield from models(model, (*path, name))


def plain(default: Any) -> str:
    if default is None or default in ((), "", {}) or isinstance(default, (BaseModel, frozenset)):
        return "none"
    return f'"{default}"' if isinstance(default, str) else str(default).lower()


def form(hint: Any) -> str:
    """A type in an author's words."""
    origin, args = typing.get_origin(hint), [a for a in typing.get_args(hint) if a is not type(None)]
    if origin is typing.Literal:
        return " or ".join(f'"{a}"' if isinstance(a, str) else str(a) for a in args)
    if origin is typing.Annotated or (len(args) == 1 and origin not in (tuple, frozenset)):
        return form(args[0])
    if origin in (tuple, frozenset):
        return "list"
    if dict in [typing.get_origin(a) for a in args] or origin is dict:
        return "table"
    names = {str: "text", bool: "true or false", int: "a whole number"}
    is_model = isinstance(hint, type) and issubclass(hint, BaseModel)
    return "table" if is_model else names.get(hint, "a number")


def written() -> str:
    """The page as the readers are now."""
    parts = [HEAD]
    for title, rows in [(t, reference(k)) for t, k in TOML] + [(t, models(k)) for t, k in YAML]:
        parts.append(f"## {title}\n\n| key | type | default | meaning |\n|---|---|---|---|")
        parts.append("\n".join(f"| `{key}` | {kind} | {default} | {meaning} |" for key, kind, default, meaning in rows))
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def test_the_reference_is_what_the_readers_know() -> None:
    """The page is up to date; GRADER_WRITE_REFERENCE=1 writes it anew."""
    text = written()
    if os.environ.get("GRADER_WRITE_REFERENCE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


def test_every_key_has_a_meaning() -> None:
    """No row of the reference is without words."""
    rows = [row for _, kind in TOML for row in reference(kind)] + [row for _, kind in YAML for row in models(kind)]
    assert len(rows) > 60 and not [key for key, _, _, meaning in rows if len(meaning.split()) < 2]
