"""The answers of a class to one quiz: for every student the first submitted attempt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.base.errors import UsageError
from grader.quiz.format import textfile
from grader.quiz.format.answers import read_answers
from grader.quiz.format.document import DocumentError
from grader.quiz.format.model import Quiz
from grader.quiz.format.pools import asked_in
from grader.quiz.score.keys import KeyMap, Picks, translate
from grader.quiz.score.scoring import judge

Row = tuple[tuple[str, ...] | None, ...]
"""One student's picks on each question, in the quiz's order; None where it was not asked, `()` where it was left."""


@dataclass
class Cohort:
    """One row a student, and the variants they were shown; `left_out` says which files are not among them, and why."""

    students: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    variants: list[tuple[int, ...]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_cohort(quiz: Quiz, files: Iterable[tuple[str, Path]], keys: Sequence[KeyMap]) -> Cohort:
    """The first attempts of all (student, file); a student counts once, and only with answers that can be scored."""
    cohort = Cohort()
    seen: set[str] = set()
    invalid: list[dict[tuple[int, tuple[str, ...]], bool]] = [{} for _ in quiz.questions]
    for student, file in files:
        where = textfile.shown(str(file))
        try:
            picks, shown, asked = _first_attempt(quiz, file, keys, where)
        except UsageError as error:
            cohort.left_out.append(reason(error))
            continue
        row = tuple(picks.get(one.id, ()) if asked.question(one.id) else None for one in quiz.questions)
        problem = ""
        variants = tuple(shown.get(question.id, 0) for question in quiz.questions)
        for question, ticked, variant, known in zip(quiz.questions, row, variants, invalid, strict=True):
            if ticked is None:
                continue
            if (variant, ticked) not in known:
                known[variant, ticked] = judge(question, ticked, variant).status == "invalid"
            if known[variant, ticked]:
                problem = f"the answer to `{question.id}` is invalid"
        if student in seen:
            problem = f"{textfile.shown(student)} has answered in another file too"
        if problem:
            cohort.left_out.append(f"{where}: {problem}")
            continue
        seen.add(student)
        cohort.students.append(student)
        cohort.rows.append(row)
        cohort.variants.append(variants)
    return cohort


def _first_attempt(quiz: Quiz, file: Path, keys: Sequence[KeyMap], where: str) -> tuple[Picks, Mapping[str, int], Quiz]:
    """The picks, which variants they answer, and the quiz as it was asked."""
    for attempt in read_answers(file, quiz.id).attempts:
        if attempt.submitted:
            return translate(quiz, attempt, keys, where)[0], attempt.variants, asked_in(quiz, attempt, where)
    raise UsageError("holds no submitted attempt", where)


def reason(error: UsageError) -> str:
    """The first line that says what is wrong with a file, with its place."""
    return error.lines[0] if isinstance(error, DocumentError) else str(error).split("\n")[0]
