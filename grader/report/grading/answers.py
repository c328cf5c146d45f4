"""A student's answers to a quiz, scored into a record of the same shape as an exercise's.

The answers file is a learner's: it is read and scored in a fork that may die of it.
"""

import tempfile
from functools import lru_cache
from pathlib import Path

from grader.base.errors import GraderError, SubmissionError
from grader.disposable import in_fork
from grader.quiz.format.kinds.open import OTHER
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import read_quiz
from grader.quiz.score.keys import KeyMap, KeyMapLost, read_keys
from grader.quiz.score.scoring import QuestionResult, score_answers
from grader.report.gradebook.records import QuestionRecord, Record

BLANK = b'{"format": 1, "quiz": "%s", "attempts": [{"attempt": 1, "submitted": true}]}'
FLAG = "these answers cannot be scored, while blank ones to the same quiz can: please look"


@lru_cache(maxsize=64)
def quiz_of(path: Path, stamp: int) -> tuple[Quiz, tuple[KeyMap, ...]]:
    """The author's quiz and the maps of its releases, read once per state of the file."""
    quiz = read_quiz(path)
    return quiz, tuple(read_keys(path.parent, quiz.id))


def scored(path: Path, data: bytes, name: str) -> Record:
    """The record of an answers file's bytes.

    Answers that cannot be scored earn nothing, with a flag for the instructor: ungraded work is left out of a total, so
    that a broken file would pay. If blank ones cannot be scored either, or the course here has no map of any graded
    release, the quiz is ungraded.
    """
    quiz, keys = quiz_of(path, path.stat().st_mtime_ns)
    try:
        record: Record = in_fork(lambda: record_of(quiz, keys, data, name))
    except SubmissionError as error:
        note = f"the answers cannot be scored: {error.what}"
        try:
            record = in_fork(lambda: record_of(quiz, keys, BLANK % quiz.id.encode(), ".json"))
        except SubmissionError:
            return ungraded(quiz, note)
        return {**record, "outcome": "failed", "note": note, "flag": FLAG}
    return record


def ungraded(quiz: Quiz, note: str) -> Record:
    """The record of answers that nobody could score, through no fault of the student's."""
    return {"format": 1, "quiz": quiz.id, "outcome": "ungraded", "points": {"earned": "0", "possible": "0"},
            "questions": [], "note": note}  # fmt: skip


def record_of(quiz: Quiz, keys: tuple[KeyMap, ...], data: bytes, name: str) -> Record:
    """Scores the bytes under a neutral name of their own."""
    suffix = ".json" if name.endswith(".json") else ".yaml"
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        file = Path(folder) / f"{quiz.id}{suffix}"
        file.write_bytes(data)
        try:
            result = score_answers(quiz, file, keys)
        except KeyMapLost as error:
            if not keys:  # a clone of the course has none; with some here it is this file that is odd
                return ungraded(quiz, f"{error.what}: {error.next}")
            raise SubmissionError(error.what) from None
        except GraderError as error:
            raise SubmissionError(error.what.replace(str(file), file.name)) from None
    questions = [describe_question(quiz.question(one.id), one) for one in result.questions]
    invalid = [f"question {one} was not scored: its answer cannot be one" for one in result.invalid]
    return {
        "format": 1,
        "quiz": quiz.id,
        "outcome": "passed" if result.earned == result.possible else "failed",
        "points": {"earned": str(result.earned), "possible": str(result.possible)},
        "questions": questions,
        "note": "; ".join([*result.notes, *invalid]),
    }


def describe_question(question: Question | None, result: QuestionResult) -> QuestionRecord:
    """One question with what was picked and what each choice teaches."""
    assert question is not None
    question = question.variant(result.variant)
    answered = bool(result.picks) and result.status != "invalid"
    taken = list(question.taken(result.picks)) if answered else []
    options = question.options
    if question.is_open and OTHER in taken:
        options += (Choice(id=OTHER, text=question.answer_text(result.picks)),)
    return {
        "id": result.id,
        "stem": question.stem,
        "status": result.status,
        "points": None if result.points is None else str(result.points),
        "possible": str(result.possible),
        "picked": taken,
        "answer": question.answer_text(result.picks) if answered else "",
        "choices": [
            {
                "id": option.id,
                "text": option.text,
                "correct": option.correct,
                "feedback": option.feedback if option.id in taken else option.if_not_chosen,
                "misconception": option.misconception,
                "foreseen": not question.is_open or option.id != OTHER,
            }
            for option in options
        ],
        "explanation": question.explanation,
    }
