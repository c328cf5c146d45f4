"""What a whole bank gives away to somebody who does not know the subject: how long keys are, and where they stand.

Each test compares a count over the bank's single questions with what chance would give.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.quiz.analysis.significance import chi_square_tail, two_sided
from grader.quiz.format.console import plain
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.kinds.question import Question
from grader.quiz.lint.rules import numbers

LEVEL = 0.05
ORDER_LEVEL = 0.01
"""The released order is a hash, which no author can set right but by luck: only what is very unlikely is an error."""


@dataclass(frozen=True)
class BankTest:
    """One test of the bank: a sentence with its counts, its p-value and what it means when p is small."""

    sentence: str
    p: float
    level: float
    finding: Literal["error", "warning"]
    advice: str

    @property
    def failed(self) -> bool:
        """Whether chance is a poor explanation of the count."""
        return self.p < self.level


def bank_tests(questions: Sequence[Question]) -> list[BankTest]:
    """The tests that the questions are enough for."""
    choices = [question for question in questions if isinstance(question, ChoiceQuestion)]
    single = [question for question in choices if question.is_single and len(question.correct) == 1]
    tests = [
        _extreme(single, "longest", max),
        _extreme(single, "shortest", min),
        _numeric(single),
        _position(single, "file", lambda question: question.choices, LEVEL, "warning"),
        _position(single, "released", lambda question: question.released, ORDER_LEVEL, "error"),
    ]
    return [test for test in tests if test]


def _extreme(single: Sequence[ChoiceQuestion], name: str, pick: Callable[[list[int]], int]) -> BankTest | None:
    """How often the one longest (or shortest) choice is the key, against 1/k each."""
    hits, chances = 0, []
    for question in single:
        lengths = [len(plain(choice.text)) for choice in question.choices]
        if lengths.count(pick(lengths)) == 1:
            chances.append(1 / len(lengths))
            hits += question.choices[lengths.index(pick(lengths))].correct
    if not chances:
        return None
    sentence = f"the {name} choice is the key in {hits} of {len(chances)} questions, by chance {sum(chances):.1f}"
    advice = f"make some {'wrong choices longer' if name == 'longest' else 'keys as long as the others'}"
    if hits < sum(chances):
        advice = f"the {name} choice is too rarely the key: vary the lengths"
    return BankTest(sentence, two_sided(hits, chances), LEVEL, "error", advice)


def _numeric(single: Sequence[ChoiceQuestion]) -> BankTest | None:
    """How often the key of a numeric question is the least or the greatest number."""
    hits, chances = 0, []
    for question in single:
        values = numbers(question.choices)
        if values and len(set(values)) == len(values) > 2:
            chances.append(2 / len(values))
            key = next(value for choice, value in zip(question.choices, values, strict=True) if choice.correct)
            hits += key in (min(values), max(values))
    if not chances:
        return None
    sentence = f"the key is the least or greatest number in {hits} of {len(chances)}, by chance {sum(chances):.1f}"
    return BankTest(sentence, two_sided(hits, chances), LEVEL, "warning", "put wrong numbers on both sides of keys")


def _position(
    single: Sequence[ChoiceQuestion],
    order: str,
    choices_of: Callable[[ChoiceQuestion], Sequence[Choice]],
    level: float,
    finding: Literal["error", "warning"],
) -> BankTest | None:
    """Where keys stand, by chi-square; without questions that pin a choice, whose places are not equal by design."""
    counts: list[int] = []
    expected: list[float] = []
    for question in single:
        choices = choices_of(question)
        if any(choice.pin for choice in choices):
            continue
        for place, choice in enumerate(choices):
            if place == len(counts):
                counts.append(0)
                expected.append(0.0)
            counts[place] += choice.correct
            expected[place] += 1 / len(choices)
    if not expected or min(expected) < 5:
        return None
    statistic = sum((count - chance) ** 2 / chance for count, chance in zip(counts, expected, strict=True))
    sentence = f"keys by position in {order} order: {', '.join(map(str, counts))}"
    advice = "move some keys in the file" if finding == "warning" else "reword some choices, or let them be shuffled"
    return BankTest(sentence, chi_square_tail(statistic, len(counts) - 1), level, finding, advice)
