"""What to ask about something that was missed: another question on the same slug, or the same with other numbers."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.score.scoring import QuestionResult


@dataclass(frozen=True)
class Ask:
    """One question to ask about a slug: a variant of a question of a quiz."""

    slug: str
    quiz: Quiz
    question: Question
    number: int

    @property
    def name(self) -> str:
        """How the memory calls it."""
        return f"{self.quiz.id}/{self.question.id}/{self.number}"

    @property
    def shown(self) -> Question:
        """The question with the numbers of the variant."""
        return self.question.variant(self.number)


def slugs_missed(question: Question, result: QuestionResult) -> list[str]:
    """What a result shows to be misunderstood: the slugs of the wrong answers given, or else the objective."""
    if result.status in ("correct", "invalid"):
        return []
    shown = question.variant(result.variant)
    taken = shown.taken(result.picks) if result.picks else ()
    slugs = [option.misconception for option in shown.options if option.id in taken and option.misconception]
    return slugs or ([question.objective] if question.objective else [])


def all_missed(quiz: Quiz, results: Iterable[QuestionResult]) -> list[str]:
    """The slugs that a quiz's results show to be misunderstood, each once."""
    pairs = ((quiz.question(one.id), one) for one in results)
    return list(dict.fromkeys(slug for question, one in pairs if question for slug in slugs_missed(question, one)))


def question_on(slug: str, quizzes: Iterable[Quiz], asked: Sequence[str]) -> Ask | None:
    """The question on a slug that was asked least and longest ago, else first by a hash; None where there is none."""
    found = [
        Ask(slug, quiz, question, number)
        for quiz in quizzes
        for question in quiz.questions
        if is_about(question, slug)
        for number in range(len(question.draws))
    ]

    def place(ask: Ask) -> tuple[int, int, int, int, bytes]:
        same = f"{ask.quiz.id}/{ask.question.id}/"
        times = [at for at, name in enumerate(asked) if name == ask.name]
        of_question = [at for at, name in enumerate(asked) if name.startswith(same)]
        last = (of_question or [-1])[-1], (times or [-1])[-1]
        return len(times), len(of_question), *last, hashlib.sha256(f"{slug}|{ask.name}".encode()).digest()

    return min(found, key=place, default=None)


def is_about(question: Question, slug: str) -> bool:
    """Whether a question asks for an objective, or has an answer that shows a misconception."""
    return slug == question.objective or any(option.misconception == slug for option in question.options)
