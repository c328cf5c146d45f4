"""From ticked choices to points, in exact fractions; the one way in for `grader quiz score` and for the class report.

    result = score_answers(quiz, Path("anna/answers/r1-early-stopping.json"), read_keys(Path("quizzes/keys"), quiz.id))
    result.earned, result.possible                   # Fraction(22, 3), Fraction(12)

`blank` (no answer), `wrong` (an answer worth nothing) and `invalid` (cannot be an answer to this question: two picks on
a single question, an unknown or a repeated choice id, a word for a number) are three different things. An invalid
question is not scored: its points are None and it adds nothing to `earned`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from grader.base.errors import UsageError
from grader.quiz.format import textfile
from grader.quiz.format.answers import Attempt, read_answers
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.pools import asked_in
from grader.quiz.score.keys import KeyMap, translate

Status = Literal["correct", "partial", "wrong", "blank", "invalid"]


@dataclass(frozen=True)
class QuestionResult:
    """One answered question; `points` is None where the answer is invalid, `picks` are the quiz's own choice ids."""

    id: str
    status: Status
    points: Fraction | None
    possible: Fraction
    picks: tuple[str, ...]
    variant: int = 0


@dataclass(frozen=True)
class AttemptResult:
    """One submitted attempt, scored."""

    number: int
    earned: Fraction
    questions: tuple[QuestionResult, ...]


@dataclass(frozen=True)
class QuizResult:
    """One learner's quiz: `earned` follows the quiz's keep rule, `questions` are those of the attempt `number`.

    With `keep: average` the earned points are the mean over the attempts, and the questions those of the last one.
    """

    quiz: str
    earned: Fraction
    possible: Fraction
    number: int
    questions: tuple[QuestionResult, ...]
    attempts: tuple[AttemptResult, ...]
    notes: tuple[str, ...]

    @property
    def invalid(self) -> tuple[str, ...]:
        """The ids of the questions that could not be scored."""
        return tuple(question.id for question in self.questions if question.status == "invalid")


def judge(question: Question, picks: Sequence[str], variant: int = 0) -> QuestionResult:
    """The result of the picks on a variant of a question that has a key."""
    answer = tuple(picks)
    question = question.variant(variant)
    status: Status
    points: Fraction | None = Fraction(0)
    if not answer:
        status = "blank"
    elif question.refusal(answer):
        status, points = "invalid", None
    else:
        earned = question.share(answer)
        status = "correct" if earned == 1 else "partial" if earned else "wrong"
        points = earned * question.points
    return QuestionResult(question.id, status, points, question.points, answer, variant)


def score_attempt(
    quiz: Quiz, number: int, picks: Mapping[str, tuple[str, ...]], variants: Mapping[str, int] = MappingProxyType({})
) -> AttemptResult:
    """One attempt's results; `picks` are the quiz's own ids, a question that is not there is blank."""
    results = tuple(
        judge(question, picks.get(question.id, ()), variants.get(question.id, 0)) for question in quiz.questions
    )
    return AttemptResult(number, sum((result.points or Fraction(0) for result in results), Fraction(0)), results)


def score_answers(quiz: Quiz, path: Path, keys: Sequence[KeyMap] = ()) -> QuizResult:
    """A learner's answers file scored against the author's quiz.

    `keys` are the maps of the graded releases, which turn a release's opaque choice ids into the quiz's own.
    Raises UsageError for a file that cannot be read or holds no submitted attempt, and for answers to another version
    of the quiz whose choice ids do not agree with this one's.
    """
    require_key(quiz)
    answers = read_answers(path, quiz.id)
    where = textfile.shown(str(path))
    notes: list[str] = []
    scored: list[AttemptResult] = []
    for attempt in answers.attempts:
        if not attempt.submitted:
            notes.append(f"attempt {attempt.attempt} was never submitted and does not count")
        elif quiz.attempts.max is not None and len(scored) >= quiz.attempts.max:
            notes.append(f"attempt {attempt.attempt} is beyond the {quiz.attempts.max} allowed and does not count")
        else:
            scored.append(_scored(quiz, attempt, keys, where, notes))
    if not scored:
        raise UsageError("holds no submitted attempt", where, "Finish it with `grader quiz take`.")
    earned, kept = _kept(scored, quiz.attempts.keep)
    return QuizResult(quiz.id, earned, quiz.possible, kept.number, kept.questions, tuple(scored), tuple(notes))


def _scored(quiz: Quiz, attempt: Attempt, keys: Sequence[KeyMap], where: str, notes: list[str]) -> AttemptResult:
    picks, note = translate(quiz, attempt, keys, where)
    if note:
        notes.append(f"attempt {attempt.attempt}: {note}")
    asked = asked_in(quiz, attempt, where)
    return score_attempt(asked, attempt.attempt, picks, attempt.variants)


def _kept(scored: list[AttemptResult], keep: str) -> tuple[Fraction, AttemptResult]:
    """The points that count and the attempt whose questions are shown."""
    if keep == "average":
        return sum((attempt.earned for attempt in scored), Fraction(0)) / len(scored), scored[-1]
    if keep == "highest":
        best = max(scored, key=lambda attempt: attempt.earned)
    else:
        best = scored[0] if keep == "first" else scored[-1]
    return best.earned, best


def require_key(quiz: Quiz) -> None:
    """Refuses a quiz that cannot be scored: a graded release, or a question without a usable key."""
    if not quiz.has_key:
        raise UsageError(
            "this is a graded release and holds no key", quiz.id, "Score with the author's file of the same id."
        )
    for question in quiz.questions:
        if why := question.unsound():
            raise UsageError(f"question `{question.id}` {why}", quiz.id, f"See `grader quiz lint {quiz.id}`.")
