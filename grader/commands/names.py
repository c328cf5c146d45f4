"""What the Tab key offers: exercises, quizzes and tests by name, found without reading what they hold."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from grader.base.errors import GraderError, UsageError
from grader.course.course import Course, authored_course, find_course, with_suite
from grader.quiz.format.library import find_library

TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)
EXERCISE = re.compile(r"ex\d+(_\w+)?")


def offered(names: Iterable[tuple[str, str]], begun: str) -> list[CompletionItem]:
    """The names that go on as what was typed, each with a word about it for shells that show one."""
    return [CompletionItem(name, help=word) for name, word in names if name.startswith(begun)]


def course_here() -> Course:
    """The course of this folder, else the one that came with the package. GraderError if it cannot be read."""
    try:
        return find_course(Path.cwd())
    except UsageError:
        return authored_course(Path.cwd())


def exercise_names(begun: str) -> Iterator[tuple[str, str]]:
    """Keys (`ex03`) with the slug; whole ids once an underscore is typed."""
    for name in course_here().order:
        key, _, slug = name.partition("_")
        yield (name, "") if "_" in begun else (key, slug.replace("_", " "))


def quiz_names() -> Iterator[tuple[str, str]]:
    for path in find_library().paths:
        yield path.stem, ""


def exercises(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Exercises of the course here, without those that stand on the line already."""
    given = context.params.get(parameter.name or "") or ()
    named = set(given if isinstance(given, tuple) else (given,))
    try:
        return [one for one in offered(exercise_names(begun), begun) if one.value not in named]
    except GraderError:
        return []


def quizzes(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Quizzes of the library here."""
    try:
        return offered(quiz_names(), begun)
    except GraderError:
        return []


def units(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Exercises, and quizzes as `quiz:r1`; bash takes the colon for a word of its own, and is offered the rest."""
    given = context.params.get(parameter.name or "") or ()
    if begun == ":" or tuple(given)[-1:] == (":",):
        return quizzes(context, parameter, begun.removeprefix(":"))
    named = [(f"quiz:{one.value}", "") for one in quizzes(context, parameter, "")]
    return [*exercises(context, parameter, begun), *offered(named, begun)]


def tests(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Tests of the first exercise on the line, by the names in its suite; an unfinished line is in the environment."""
    words = [word for word in os.environ.get("COMP_WORDS", "").split() if EXERCISE.fullmatch(word)]
    try:
        suite = with_suite(course_here().exercise(words[0])).suite if words else Path("nowhere")
        found = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(suite.glob("test_*.py"))]
    except (GraderError, OSError):
        return []
    return offered(((one, "") for text in found for one in TEST.findall(text)), begun)
