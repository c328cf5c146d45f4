"""One attempt at a quiz while it is under way, saved after every answer."""

from pathlib import Path
from typing import Literal

from grader.base.errors import UsageError
from grader.quiz.format.answers import Answers, Attempt, read_answers, write_answers
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.order import shown_order
from grader.quiz.format.pools import asked_in, drawn

Mode = Literal["practice", "exam"]
"""Whether feedback comes at once, or after submitting."""


class QuizAttempt:
    """What was shown, answered and timed, and the file that keeps it.

    `quiz` holds the questions that were drawn, `questions` are these as they are shown.
    """

    def __init__(self, quiz: Quiz, path: Path, answers: Answers, attempt: Attempt) -> None:
        self.quiz = asked_in(quiz, attempt, str(path))
        self.hash = quiz.content_hash
        self.path = path
        self.answers = answers
        self.number = attempt.attempt
        self.order = dict(attempt.order)
        self.picks = dict(attempt.picks)
        self.seconds = dict(attempt.seconds)
        self.variants = dict(attempt.variants)
        self.mode = attempt.mode
        self.questions = [question.variant(self.variants.get(question.id, 0)) for question in self.quiz.questions]

    @property
    def told_at_once(self) -> bool:
        """Whether feedback comes after each question, whose answer is final then."""
        return self.mode == "practice"

    def save(self, submitted: bool = False) -> None:
        """Writes the attempt into the answers file."""
        attempt = Attempt(
            attempt=self.number,
            hash=self.hash,
            order=self.order,
            picks=self.picks,
            seconds=self.seconds,
            variants=self.variants,
            mode=self.mode,
            submitted=submitted,
        )
        attempts = (*(other for other in self.answers.attempts if other.submitted), attempt)
        self.answers = self.answers.model_copy(update={"attempts": attempts})
        write_answers(self.path, self.answers)

    def pick(self, question: Question, picks: tuple[str, ...], seconds: float) -> None:
        """Notes an answer (or none) and the time it took."""
        self.picks[question.id] = picks
        self.seconds[question.id] = round(self.seconds.get(question.id, 0.0) + seconds, 1)
        self.save()

    @property
    def next_unseen(self) -> int:
        """The first question that was not looked at yet; the number of questions when there is none."""
        unseen = (number for number, question in enumerate(self.quiz.questions) if question.id not in self.seconds)
        return next(unseen, len(self.quiz.questions))


def start_or_resume(quiz: Quiz, path: Path, learner: str, mode: Mode = "exam") -> tuple[QuizAttempt, str]:
    """A new attempt, or the one that was interrupted, with a word on which; UsageError when none is left."""
    answers = Answers(quiz=quiz.id, learner=learner)
    if path.exists():
        answers = read_answers(path, quiz.id)
    submitted = [attempt for attempt in answers.attempts if attempt.submitted]
    for attempt in answers.attempts:
        if attempt.submitted or attempt.hash != quiz.content_hash or not _fits(quiz, attempt, str(path)):
            continue
        return QuizAttempt(quiz, path, answers, attempt), "You go on where you stopped."
    note = "! The quiz has changed since you began: you start again." if len(answers.attempts) > len(submitted) else ""
    number = len(submitted) + 1
    allowed = quiz.attempts.max
    if allowed is not None and number > allowed:
        if not quiz.has_key:
            raise UsageError(f"you have used all {allowed} attempts", str(path))
        note = f"! This is attempt {number}, for practice: only the first {allowed} count."
    asked = drawn(quiz, answers.learner, number).questions
    order = {question.id: shown_order(question, quiz.id, f"{answers.learner}|{number}") for question in asked}
    variants = {
        question.id: question.variant_for(answers.learner, quiz.id, number) for question in asked if question.parameters
    }
    return QuizAttempt(quiz, path, answers, Attempt(attempt=number, order=order, variants=variants, mode=mode)), note


def _fits(quiz: Quiz, attempt: Attempt, where: str) -> bool:
    """Whether the stored order shows everything of each question that it asks once."""
    try:
        asked = asked_in(quiz, attempt, where).questions
    except UsageError:
        return False
    return all(
        question.id in attempt.order
        and sorted(attempt.order[question.id]) == sorted(shown for shown, _, _ in question.shown)
        for question in asked
    )
