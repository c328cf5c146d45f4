"""What `grader quiz score` prints: a line per student, and for a single student a line per question."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import UsageError
from grader.quiz.format import textfile
from grader.quiz.format.model import Quiz
from grader.quiz.score.cohort import reason
from grader.quiz.score.feedback import SIGNS, fraction_text
from grader.quiz.score.keys import KeyMap
from grader.quiz.score.scoring import QuizResult, score_answers


@dataclass(frozen=True)
class Row:
    """One answers file: its result, or why there is none."""

    student: str
    file: str
    result: QuizResult | None
    problem: str = ""


def score_files(quiz: Quiz, files: Iterable[tuple[str, Path]], keys: Sequence[KeyMap]) -> list[Row]:
    """Every (student, file) scored; one that cannot be is a row with the problem."""
    rows = []
    for student, path in files:
        name, file = textfile.shown(student), textfile.shown(str(path))
        try:
            rows.append(Row(name, file, score_answers(quiz, path, keys)))
        except UsageError as error:
            rows.append(Row(name, file, None, reason(error)))
    return rows


def text(rows: Sequence[Row]) -> str:
    """For reading; points are exact."""
    width = max((len(row.student) for row in rows), default=0)
    lines = []
    for row in rows:
        if row.result is None:
            lines.append(f"! {row.student:{width}}  not scored: {row.problem}")
            continue
        lines.append(f"{'!' if row.result.invalid else '✓'} {row.student:{width}}  {_summary(row.result)}")
        lines += [f"    {note}" for note in row.result.notes]
        if len(rows) == 1:
            lines += _questions(row.result)
        elif row.result.invalid:
            lines.append(f"    not scored, invalid: {', '.join(row.result.invalid)}")
    return "\n".join(lines)


def _summary(result: QuizResult) -> str:
    statuses = [question.status for question in result.questions]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in SIGNS if status in statuses)
    attempt = f"attempt {result.number} of {len(result.attempts)}"
    return f"{fraction_text(result.earned)} of {fraction_text(result.possible)} points  ({counts}; {attempt})"


def _questions(result: QuizResult) -> Iterable[str]:
    width = max(len(question.id) for question in result.questions)
    for question in result.questions:
        points = "-" if question.points is None else fraction_text(question.points)
        picks = textfile.shown(", ".join(question.picks))
        earned = f"{points} of {fraction_text(question.possible)}"
        yield f"  {SIGNS[question.status]} {question.id:{width}}  {question.status:8} {earned:10} {picks}".rstrip()


def json_text(quiz: Quiz, rows: Sequence[Row]) -> str:
    """For programs: points as exact fractions in text, such as "22/3"; `key` changes where a new scoring is due."""
    head = {"format": 1, "quiz": quiz.id, "content": quiz.content_hash, "key": quiz.key_hash}
    return json.dumps({**head, "results": [_row(row) for row in rows]}, indent=1)


def _row(row: Row) -> dict[str, object]:
    head: dict[str, object] = {"student": row.student, "file": row.file}
    if row.result is None:
        return {**head, "problem": row.problem}
    return {
        **head,
        "earned": str(row.result.earned),
        "possible": str(row.result.possible),
        "attempt": row.result.number,
        "notes": list(row.result.notes),
        "questions": [
            {
                "id": question.id,
                "status": question.status,
                "points": None if question.points is None else str(question.points),
                "possible": str(question.possible),
                "picks": list(question.picks),
            }
            for question in row.result.questions
        ],
    }
