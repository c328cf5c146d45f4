"""`single` and `multiple`: choices to tick, of which one, or one or more, are right."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from grader.quiz.format.kinds.parts import Choice, Place, Remark
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.order import by_hash, positions


class ChoiceQuestion(Question):
    """A stem and its choices; `single` has exactly one correct choice, `multiple` one or more."""

    kind: Annotated[Literal["single", "multiple"], Field(description="one right choice, or one or more")]
    choices: Annotated[tuple[Choice, ...], Field(strict=False, description="two or more answers")]

    shown_in: ClassVar[str] = "choices"
    is_open: ClassVar[bool] = False
    seconds: ClassVar[int] = 45

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all choices."""
        return frozenset(choice.id for choice in self.choices)

    @cached_property
    def correct(self) -> frozenset[str]:
        """The ids of the correct choices; empty in a graded release."""
        return frozenset(choice.id for choice in self.choices if choice.correct)

    @property
    def is_single(self) -> bool:
        """Whether one choice is to be ticked."""
        return self.kind == "single"

    @property
    def released(self) -> tuple[Choice, ...]:
        """The choices in the order of a graded release and of an export, which gives no key away."""
        found = {choice.id: choice for choice in self.choices}
        return tuple(found[choice_id] for choice_id in by_hash(self))

    @property
    def shown(self) -> tuple[tuple[str, str, str | None], ...]:
        return tuple((choice.id, choice.text, choice.pin) for choice in self.choices)

    @property
    def parts(self) -> Iterator[tuple[Place, str]]:
        for number, choice in enumerate(self.choices):
            for name in ("text", "feedback", "if_not_chosen"):
                yield ("choices", number, name), getattr(choice, name)

    @property
    def placed(self) -> tuple[tuple[Place, Choice], ...]:
        return tuple((("choices", number), choice) for number, choice in enumerate(self.choices))

    @property
    def content(self) -> dict[str, object]:
        return {"choices": [[choice.id, choice.text, choice.pin] for choice in self.choices]}

    @property
    def key(self) -> list[str]:
        return sorted(self.correct)

    def stripped(self) -> tuple[Self, dict[str, str]]:
        named = {f"k{number}": choice for number, choice in enumerate(self.released, start=1)}
        choices = [Choice(id=opaque, text=choice.text, pin=choice.pin) for opaque, choice in named.items()]
        return self.bare(choices=choices), {opaque: choice.id for opaque, choice in named.items()}

    def unsound(self) -> str:
        if (self.is_single and len(self.correct) != 1) or not self.correct:
            return f"has {len(self.correct)} correct choices"
        return ""

    def refusal(self, picks: tuple[str, ...]) -> str:
        chosen = frozenset(picks)
        if len(chosen) != len(picks) or not chosen <= self.ids:
            return "names a choice twice or one that is not there"
        return "ticks more than one choice" if self.is_single and len(picks) > 1 else ""

    def share(self, picks: tuple[str, ...]) -> Fraction:
        """Single: 1 for the key. Multiple, partial: max(0, (t - f) / c) with t true and f false choices ticked of c
        correct ones; all or nothing: 1 when exactly the correct ones are ticked.
        """
        chosen = frozenset(picks)
        if self.is_single or self.scoring == "all_or_nothing":
            return Fraction(chosen == self.correct)
        return max(Fraction(0), Fraction(len(chosen & self.correct) - len(chosen - self.correct), len(self.correct)))

    def taken(self, picks: tuple[str, ...]) -> tuple[str, ...]:
        return picks

    @property
    def rule(self) -> str:
        if self.is_single:
            return "one answer"
        if self.scoring == "partial":
            return "several may be right; each wrong tick takes away as much as a right one gives"
        return "several may be right; points only for exactly the right ones"

    @property
    def help(self) -> str:
        return "1, 2, ...  your answer; where several are right, all of them: 1 3"

    def prompts(self, order: tuple[str, ...]) -> tuple[str, ...]:
        return (f"Answer [1-{len(order)}, ?]",)

    def lines(self, order: tuple[str, ...], picks: tuple[str, ...]) -> list[tuple[str, str]]:
        texts = {choice.id: choice.text for choice in self.choices}
        ticks = ["*" if choice_id in picks else " " for choice_id in order]
        return [(f"{ticks[at]} {at + 1:2}) ", texts[choice_id]) for at, choice_id in enumerate(order)]

    def parsed(self, typed: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
        chosen = positions(typed[0], len(order))
        if self.is_single and len(set(chosen)) > 1:
            raise ValueError("This question takes one answer.")
        return tuple(order[position - 1] for position in sorted(set(chosen)))

    def typed(self, picks: tuple[str, ...], order: tuple[str, ...]) -> str:
        return ", ".join(map(str, sorted(order.index(pick) + 1 for pick in picks if pick in order)))

    def answer_text(self, picks: tuple[str, ...]) -> str:
        return "; ".join(choice.text for choice in self.choices if choice.id in picks)

    def remarks(self, picks: tuple[str, ...]) -> list[Remark]:
        """The choices that were ticked, that are right, or that were well left out."""
        instead = self.is_single or not picks
        found = []
        for choice in self.choices:
            if choice.id in picks:
                sign = "✓" if choice.correct else "✗"
                found.append(Remark(sign, "you chose", choice.text, choice.feedback))
            elif choice.correct:
                sign, about = ("✓", "right is") if instead else ("!", "also right")
                found.append(Remark(sign, about, choice.text, choice.feedback))
            elif choice.if_not_chosen:
                found.append(Remark("✓", "you left", choice.text, choice.if_not_chosen))
        return found

    @property
    def checked_key(self) -> str | tuple[str, ...]:
        """The text of the key of a single question, the ids of a multiple one's."""
        ids = tuple(choice.id for choice in self.choices if choice.correct)
        return next((choice.text for choice in self.choices if choice.correct), "") if self.is_single else ids

    def disagrees(self, value: Any) -> str:
        if value is None:  # the check asserts facts that the key states
            return ""
        return super().disagrees(str(value) if self.is_single else tuple(value))

    def errors(self) -> Iterator[tuple[Place, str]]:
        right, wrong = len(self.correct), len(self.choices) - len(self.correct)
        if len(self.choices) < 2:
            yield ("choices",), "there is only one choice" if self.choices else "there are no choices"
        elif self.is_single and right != 1:
            yield ("choices",), f"a single question has exactly one correct choice, this one has {right}"
        elif not right:
            yield ("choices",), "no choice is correct"
        elif not wrong:
            yield ("choices",), "no choice is wrong, so ticking everything is always right"

    def warnings(self) -> Iterator[tuple[Place, str]]:
        right, wrong = len(self.correct), len(self.choices) - len(self.correct)
        if not self.is_single and self.scoring == "partial" and right > wrong > 0:
            yield ("choices",), f"ticking everything pays {right - wrong}/{right} of the points"
