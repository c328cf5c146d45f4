"""`order`: lines of code or steps to put in order; an answer pays for its longest run that is in the right order."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from grader.quiz.format.kinds.open import (
    OTHER,
    RIGHT,
    Known,
    known_errors,
    known_parts,
    placed_options,
    remarks_on,
    side_extra,
)
from grader.quiz.format.kinds.parts import Choice, Frozen, Id, Place, Remark, Text
from grader.quiz.format.kinds.portable import Form, Ordered, Paired, Portable
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.order import by_hash, positions


class Step(Frozen):
    """One thing to put in its place."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    text: Annotated[Text, Field(description="what the learner reads, in Markdown")]


class KnownOrder(Known):
    """A known wrong order."""

    order: Annotated[tuple[Id, ...], Field(strict=False, min_length=1, description="the steps it begins with")]


class OrderQuestion(Question):
    """Steps, which stand in the right order here and in an order made from their texts in a graded release."""

    kind: Annotated[Literal["order"], Field(description="steps to put in order")]
    steps: Annotated[tuple[Step, ...], Field(strict=False, description="two or more, in the right order")]
    feedback: Annotated[str, Field(description="what a learner who was right reads")] = ""
    known: Annotated[tuple[KnownOrder, ...], Field(strict=False, description="wrong orders that tell why")] = ()

    shown_in: ClassVar[str] = "steps"
    seconds: ClassVar[int] = 75

    @property
    def mixes(self) -> bool:
        return True

    @property
    def right(self) -> tuple[str, ...]:
        """The ids in the right order."""
        return tuple(step.id for step in self.steps)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self.right)

    @property
    def shown(self) -> tuple[tuple[str, str, str | None], ...]:
        return tuple((step.id, step.text, None) for step in self.steps)

    @property
    def parts(self) -> Iterator[tuple[Place, str]]:
        for at, step in enumerate(self.steps):
            yield ("steps", at, "text"), step.text
        yield from known_parts(self.feedback, self.known)

    @property
    def placed(self) -> tuple[tuple[Place, Choice], ...]:
        known = [
            (one, self.answer_text(one.order) + (" → …" if len(one.order) < len(self.steps) else ""))
            for one in self.known
        ]
        return placed_options(self.answer_text(self.right), self.feedback, known)

    @property
    def content(self) -> dict[str, object]:
        return {"steps": sorted([step.id, step.text] for step in self.steps)}

    @property
    def key(self) -> list[str]:
        return [*self.right]

    def stripped(self) -> tuple[Self, dict[str, str]]:
        opaque = {f"k{number}": step_id for number, step_id in enumerate(by_hash(self), start=1)}
        texts = {step.id: step.text for step in self.steps}
        return self.bare(steps=[Step(id=name, text=texts[own]) for name, own in opaque.items()]), opaque

    def unsound(self) -> str:
        return "" if len(self.steps) > 1 else "has fewer than two steps"

    def refusal(self, picks: tuple[str, ...]) -> str:
        return "" if sorted(picks) == sorted(self.right) else "does not name each step once"

    def run(self, picks: tuple[str, ...]) -> tuple[int, int]:
        """(start, length) of the longest run of steps that follow each other in the answer as they should."""
        places = [self.right.index(pick) for pick in picks]
        best, start = (0, 1), 0
        for at in range(1, len(places)):
            if places[at] != places[at - 1] + 1:
                start = at
            best = max(best, (start, at - start + 1), key=lambda run: run[1])
        return best

    def share(self, picks: tuple[str, ...]) -> Fraction:
        """Partial: the longest right run as a share of the steps, a single step being no run (Moodle's longest
        contiguous subset); all or nothing: 1 for the right order.
        """
        length = self.run(picks)[1]
        if self.scoring == "all_or_nothing" or length == 1:
            return Fraction(picks == self.right)
        return Fraction(length, len(self.steps))

    def taken(self, picks: tuple[str, ...]) -> tuple[str, ...]:
        if picks == self.right:
            return (RIGHT,)
        return next(((one.id,) for one in self.known if picks[: len(one.order)] == one.order), (OTHER,))

    @property
    def rule(self) -> str:
        paid = "the longest right run counts" if self.scoring == "partial" else "points only for the right order"
        return f"put in order; {paid}"

    @property
    def help(self) -> str:
        return "3 1 2      your answer: the numbers in the right order, each once"

    def prompts(self, order: tuple[str, ...]) -> tuple[str, ...]:
        return (f"Order [1-{len(order)}, each once, ?]",)

    def lines(self, order: tuple[str, ...], picks: tuple[str, ...]) -> list[tuple[str, str]]:
        texts = {step.id: step.text for step in self.steps}
        return [(f"  {at:2}) ", texts[step_id]) for at, step_id in enumerate(order, 1)]

    def parsed(self, typed: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
        chosen = positions(typed[0], len(order))
        if sorted(chosen) != list(range(1, len(order) + 1)):
            raise ValueError(f"Type each number from 1 to {len(order)} once, in the order you find right.")
        return tuple(order[position - 1] for position in chosen)

    def typed(self, picks: tuple[str, ...], order: tuple[str, ...]) -> str:
        return " ".join(str(order.index(pick) + 1) for pick in picks if pick in order)

    def answer_text(self, picks: tuple[str, ...]) -> str:
        texts = {step.id: step.text for step in self.steps}
        return " → ".join(texts.get(pick, pick) for pick in picks)

    def remarks(self, picks: tuple[str, ...]) -> list[Remark]:
        found = remarks_on(self, picks)
        if picks and 0 < self.share(picks) < 1:
            start, length = self.run(picks)
            found.insert(1, Remark("!", "right in a row", self.answer_text(picks[start : start + length]), ""))
        return found

    def portable(self) -> Portable:
        known = [
            {"id": one.id, "misconception": one.misconception, "order": [*one.order], "feedback": one.feedback}
            for one in self.known
        ]
        steps = [{"id": step.id, "text": step.text} for step in self.steps]
        extra: dict[str, object] = {"kind": "order", "steps": steps, "known": known, "feedback": self.feedback}
        lost = ("feedback to single orders: kept in lines that only gradeloop reads",) if known or self.feedback else ()
        return Portable(Ordered(tuple(step.text for step in self.steps), self.scoring == "partial"), extra, lost)

    @classmethod
    def carried(cls, form: Form, extra: dict[str, object]) -> dict[str, object] | None:
        if isinstance(form, Paired) and extra.get("kind") == "order":
            form = Ordered(tuple(right for _, right in form.pairs))
        if not isinstance(form, Ordered):
            return None
        there, known = extra.get("steps"), extra.get("known")
        extras = there if isinstance(there, list) and len(there) == len(form.steps) else []
        steps = [side_extra(extras, at, "text", text, f"s{at + 1}") for at, text in enumerate(form.steps)]
        return {"kind": "order", "steps": steps, "known": known if isinstance(known, list) else [],
                "feedback": str(extra.get("feedback", ""))}  # fmt: skip

    @property
    def checked_key(self) -> tuple[str, ...]:
        return self.right

    def disagrees(self, value: Any) -> str:
        return "" if value is None else super().disagrees(tuple(value))

    def errors(self) -> Iterator[tuple[Place, str]]:
        if len(self.steps) < 2:
            yield ("steps",), "there is only one step" if self.steps else "there are no steps"
        texts: dict[str, str] = {}
        for at, step in enumerate(self.steps):
            if texts.setdefault(step.text, step.id) != step.id:
                yield ("steps", at, "text"), f"steps `{texts[step.text]}` and `{step.id}` say the same"
        yield from known_errors(self.known)
        for at, one in enumerate(self.known):
            if len(set(one.order)) < len(one.order) or not set(one.order) <= self.ids:
                yield ("known", at, "order"), f"`{one.id}` names a step twice or one that is not there"
            elif one.order == self.right[: len(one.order)]:
                yield ("known", at, "order"), f"`{one.id}` is how the right order begins"
            elif any(one.order[: len(other.order)] == other.order for other in self.known[:at]):
                yield ("known", at, "order"), f"`{one.id}` is never met: one before it begins the same way"
