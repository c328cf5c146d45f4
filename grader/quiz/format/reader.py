"""`quizzes/<id>.yaml` -> `Quiz`, or every problem of the file at once, each as `file:line: sentence`.

quiz = read_quiz(Path("quizzes/r1-early-stopping.yaml"))      # a Quiz
source = read_source(path)                                    # the Quiz and the line of each of its parts
"""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from grader.quiz.format import document, textfile
from grader.quiz.format.document import Document, DocumentError
from grader.quiz.format.kinds import KINDS
from grader.quiz.format.model import Defaults, Quiz
from grader.quiz.format.pools import unsound
from grader.quiz.format.problems import did_you_mean, problems


class _File(Quiz):
    """A quiz as its file holds it: the format must be named, and the questions' defaults may be."""

    format: Literal[1]
    defaults: Defaults = Defaults()


@dataclass(frozen=True)
class Source:
    """A quiz with the places of its parts in the file."""

    quiz: Quiz
    where: str
    document: Document

    def line(self, *path: str | int) -> int:
        """The line of a part, as line("questions", 0, "choices", 2)."""
        return self.document.line(path)


def read_quiz(path: Path) -> Quiz:
    """The quiz of a file. Raises UsageError (`DocumentError` with all problems where the file could be read)."""
    return read_source(path).quiz


def read_source(path: Path) -> Source:
    """The quiz of a file with its lines. Raises UsageError."""
    return parse_source(textfile.read_text(path), textfile.shown(str(path)))


def parse_source(text: str, where: str) -> Source:
    """The quiz of a text; `where` names it in the messages. Raises DocumentError."""
    found = document.parse(text)
    if found.problems:
        raise DocumentError(where, found.problems)
    value, odd = _with_known_kinds(_with_defaults(found.value), found)
    try:
        file = _File.model_validate(value)
    except ValidationError as error:
        raise DocumentError(where, odd + problems(error, found, _File, KINDS)) from None
    if odd:
        raise DocumentError(where, odd)
    quiz = Quiz(**{name: getattr(file, name) for name in Quiz.model_fields})
    repeated = _repeated_ids(quiz, found) + _undrawable(quiz, found)
    repeated += [(found.line(place), sentence) for place, sentence in unsound(quiz)]
    if repeated:
        raise DocumentError(where, repeated)
    return Source(quiz, where, found)


def _with_defaults(value: Any) -> Any:
    """The file's value with the quiz's defaults written into each question that says nothing itself."""
    if not isinstance(value, dict) or not isinstance(value.get("questions"), tuple):
        return value
    try:
        common = Defaults.model_validate(value.get("defaults", {}))
    except ValidationError:
        return value
    defaults = {name: getattr(common, name) for name in Defaults.model_fields}
    questions = (
        {**defaults, **question} if isinstance(question, dict) else question for question in value["questions"]
    )
    return {**value, "questions": tuple(questions)}


def _with_known_kinds(value: Any, found: Document) -> tuple[Any, list[tuple[int, str]]]:
    """The value with a kind that exists in every question, so that the rest of it can be looked at too, and what was
    wrong with the kinds.
    """
    if not isinstance(value, dict) or not isinstance(value.get("questions"), tuple):
        return value, []
    questions, odd = [], []
    for number, question in enumerate(value["questions"]):
        kind = question.get("kind") if isinstance(question, dict) else None
        if isinstance(question, dict) and not (isinstance(kind, str) and kind in KINDS):
            line = found.line(("questions", number, "kind"))
            near = difflib.get_close_matches(str(kind)[:60], KINDS, n=1)
            given = textfile.shown(repr(kind))[:40] if isinstance(kind, str | int | float) else "this"
            wrong = f"must be {' or '.join(KINDS)}, not {given}" + did_you_mean(str(kind)[:60], [*KINDS])
            odd.append((line, f"`kind` {wrong}" if "kind" in question else "`kind` is missing"))
            question = {**question, "kind": near[0] if near else next(iter(KINDS))}
        questions.append(question)
    return {**value, "questions": tuple(questions)}, odd


def _undrawable(quiz: Quiz, found: Document) -> list[tuple[int, str]]:
    """Questions with parameters whose first variant cannot be made."""
    problems = []
    for number, question in enumerate(quiz.questions):
        try:
            question.variant(0)
        except ValueError as error:
            reason = str(error) if not isinstance(error, ValidationError) else "the first draw makes no question"
            problems.append((found.line(("questions", number, "parameters")), f"`{question.id}`: {reason}"))
    return problems


def _repeated_ids(quiz: Quiz, found: Document) -> list[tuple[int, str]]:
    repeated = []
    questions: dict[str, int] = {}
    for number, question in enumerate(quiz.questions):
        line = found.line(("questions", number, "id"))
        if question.id in questions:
            repeated.append((line, f"question id `{question.id}` is taken by line {questions[question.id]}"))
        questions.setdefault(question.id, line)
        choices: dict[str, int] = {}
        for position, (choice_id, _, _) in enumerate(question.shown):
            line = found.line(("questions", number, question.shown_in, position, "id"))
            if choice_id in choices:
                repeated.append((line, f"choice id `{choice_id}` is taken by line {choices[choice_id]}"))
            choices.setdefault(choice_id, line)
    return repeated
