"""`numeric`: one number or several to type, right within a tolerance, with feedback for known wrong numbers."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PlainValidator

from grader.quiz.format.kinds.open import (
    OTHER,
    RIGHT,
    Known,
    known_errors,
    known_extra,
    known_parts,
    placed_options,
    remarks_on,
)
from grader.quiz.format.kinds.parts import Choice, Place, Remark
from grader.quiz.format.kinds.portable import Form, NotPortable, Portable, Typed, TypedAnswer
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.numbers import (
    MOST,
    NUMBER,
    PERCENT,
    Numbers,
    decimal,
    drawn,
    number,
    number_text,
    plain_number,
    short_text,
    tolerance_of,
)

_GLUES = (", ", ",", " ", " and ")
"""What people write between two numbers."""


class KnownNumber(Known):
    """A known wrong number."""

    value: Annotated[Numbers, Field(description="the wrong number, or one for each that is asked for")]

    @property
    def values(self) -> tuple[Fraction, ...]:
        """The numbers; none before parameters are drawn."""
        return drawn(self.value)


class NumericQuestion(Question):
    """A number to type; `answer` is empty in a graded release, where `numbers` says how many are asked for."""

    kind: Annotated[Literal["numeric"], Field(description="numbers to type")]
    answer: Annotated[Numbers, Field(description="the right number, or a list where several are asked for")] = ()
    tolerance: Annotated[
        Fraction | str,
        PlainValidator(tolerance_of),
        Field(description="how far off is still right: a number, or a share of the value as `1 %`"),
    ] = Fraction(0)
    unit: Annotated[str, Field(max_length=20, description="may be typed after the number, no other may")] = ""
    numbers: Annotated[int, Field(ge=1, le=MOST, description="how many are asked for, in a graded release")] = 1
    feedback: Annotated[str, Field(description="what a learner who was right reads")] = ""
    known: Annotated[tuple[KnownNumber, ...], Field(strict=False, description="wrong numbers that tell why")] = ()

    seconds: ClassVar[int] = 75

    @property
    def right(self) -> tuple[Fraction, ...]:
        """The right numbers; none before parameters are drawn."""
        return drawn(self.answer)

    @property
    def count(self) -> int:
        """How many numbers are asked for."""
        return len(self.answer) or self.numbers

    @property
    def parts(self) -> Iterator[tuple[Place, str]]:
        yield from known_parts(self.feedback, self.known)

    @property
    def placed(self) -> tuple[tuple[Place, Choice], ...]:
        right = self.shown_values(self.answer) if self.answer else ""
        return placed_options(right, self.feedback, [(one, self.shown_values(one.value)) for one in self.known])

    def shown_values(self, values: tuple[Fraction | str, ...]) -> str:
        """Numbers with their unit, as feedback shows them: in no more digits than an answer needs."""
        shown = (value if isinstance(value, str) else short_text(value, self.around(value) / 4) for value in values)
        return ", ".join(shown) + (f" {self.unit}" if self.unit else "")

    @property
    def content(self) -> dict[str, object]:
        return {"numbers": self.count, "unit": self.unit}

    @property
    def key(self) -> list[str]:
        return [*map(str, self.answer), str(self.tolerance)] if self.answer else []

    def stripped(self) -> tuple[Self, dict[str, str]]:
        return self.bare(unit=self.unit, numbers=self.count), {}

    def unsound(self) -> str:
        return "" if self.answer else "has no `answer`"

    def values(self, picks: tuple[str, ...]) -> list[Fraction | None]:
        """The typed numbers without their unit; None for what is no number."""
        found = []
        for pick in picks:
            text = pick.strip()
            if self.unit and text.casefold().endswith(self.unit.casefold()):
                text = text[: len(text) - len(self.unit)]
            found.append(number(text))
        return found

    def refusal(self, picks: tuple[str, ...]) -> str:
        if len(picks) != self.count:
            return f"holds {len(picks)} numbers where {self.count} are asked for"
        return "" if None not in self.values(picks) else f"is not {self.rule}"

    def around(self, value: Fraction) -> Fraction:
        """How far from this value an answer may be."""
        if isinstance(self.tolerance, Fraction):
            return self.tolerance
        percent = PERCENT.fullmatch(self.tolerance)
        return Fraction(percent[1]) / 100 * abs(value) if percent else Fraction(0)

    def hits(self, picks: tuple[str, ...], values: tuple[Fraction, ...]) -> int:
        """How many of the typed numbers are the given ones, within the tolerance, place by place."""
        pairs = zip(self.values(picks), values, strict=False)
        return sum(given is not None and abs(given - value) <= self.around(value) for given, value in pairs)

    def share(self, picks: tuple[str, ...]) -> Fraction:
        """The share of the numbers that are right; all or nothing: 1 when all are."""
        hits = self.hits(picks, self.right)
        return Fraction(hits, self.count) if self.scoring == "partial" else Fraction(hits == self.count)

    def taken(self, picks: tuple[str, ...]) -> tuple[str, ...]:
        if self.hits(picks, self.right) == self.count:
            return (RIGHT,)
        return next(((one.id,) for one in self.known if self.hits(picks, one.values) == self.count), (OTHER,))

    @property
    def rule(self) -> str:
        what = "a number" if self.count == 1 else f"{self.count} numbers"
        return what + (f" in {self.unit}" if self.unit else "")

    @property
    def help(self) -> str:
        return "0.25       your answer; 1/4 and 2.5e-1 are the same" + ("" if self.count == 1 else ", several: 3 0.5")

    def prompts(self, order: tuple[str, ...]) -> tuple[str, ...]:
        return (f"Answer [{self.rule}, ?]",)

    def parsed(self, typed: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
        picks: tuple[str, ...] = (typed[0].strip(),)
        if self.count > 1:
            line = re.sub(r"[()\[\];,]|\band\b", " ", typed[0])
            picks = tuple(re.findall(rf"{NUMBER}(?:/\d+)?|\S+", line))
            picks = tuple(pick for pick in picks if not self.unit or pick.casefold() != self.unit.casefold())
        if self.refusal(picks):
            example = "0.25" if self.count == 1 else "3, 0.5"
            raise ValueError(f"Type {self.rule}, as {example}, with a decimal point and without separators.")
        return picks

    def typed(self, picks: tuple[str, ...], order: tuple[str, ...]) -> str:
        return ", ".join(picks)

    def answer_text(self, picks: tuple[str, ...]) -> str:
        return ", ".join(picks)

    def remarks(self, picks: tuple[str, ...]) -> list[Remark]:
        return remarks_on(self, picks)

    def portable(self) -> Portable:
        wrong = [{"id": one.id, "misconception": one.misconception} for one in self.known]
        extra: dict[str, object] = {"kind": "numeric", "known": wrong, "tolerance": plain_number(self.tolerance)}
        extra |= {"unit": self.unit} if self.unit else {}
        keyed = [
            (self.right, Fraction(1), self.feedback),
            *((one.values, Fraction(0), one.feedback) for one in self.known),
        ]
        if self.count == 1:
            answers = [
                TypedAnswer(decimal(value), share, feedback, self.around(value)) for (value,), share, feedback in keyed
            ]
            return Portable(Typed(tuple(answers), numeric=True, unit=self.unit), extra)
        answers = [
            TypedAnswer(glue.join(map(decimal, values)), share, feedback)
            for values, share, feedback in keyed
            for glue in _GLUES
        ]
        lost = "several numbers are one text there, without a tolerance and worth all or nothing"
        return Portable(Typed(tuple(answers), numeric=False), extra, (lost,))

    @classmethod
    def carried(cls, form: Form, extra: dict[str, object]) -> dict[str, object] | None:
        several = extra.get("kind") == "numeric"
        if not isinstance(form, Typed) or not (form.numeric or several):
            return None
        answers = form.answers if form.numeric else form.answers[:: len(_GLUES)]
        values = [tuple(map(number, answer.text.split(_GLUES[0]))) for answer in answers]
        right = [at for at, answer in enumerate(answers) if answer.share == 1]
        if len(right) != 1 or any(answer.share not in (0, 1) for answer in answers):
            raise NotPortable("pays parts for some numbers, or not one number in full")
        if any(None in value for value in values):
            raise NotPortable("has an answer that is no number")
        known_there = extra.get("known")
        extras = known_there if isinstance(known_there, list) else []
        wrong = [at for at in range(len(answers)) if at != right[0]]
        known = [
            {"id": f"n{place}", **known_extra(extras, place - 1), "value": values[at], "feedback": answers[at].feedback}
            for place, at in enumerate(wrong, 1)
        ]
        tolerance = extra.get("tolerance", answers[right[0]].tolerance)
        unit = form.unit or str(extra.get("unit", ""))
        return {"kind": "numeric", "answer": values[right[0]], "tolerance": tolerance, "unit": unit,
                "feedback": answers[right[0]].feedback, "known": known}  # fmt: skip

    @property
    def checked_key(self) -> list[float]:
        return [float(value) for value in self.right]

    def disagrees(self, value: Any) -> str:
        """The numbers must agree within the tolerance, so that a rounded key stands for the exact one."""
        given = value if isinstance(value, tuple | list) else [value]
        if not all(isinstance(one, int | float) and math.isfinite(one) for one in given):
            return "gives back no number"
        exact = tuple(Fraction(str(one)) for one in given)
        near = len(exact) == len(self.right) and all(
            abs(one - key) <= self.around(key) for one, key in zip(exact, self.right, strict=True)
        )
        return "" if near else super().disagrees([float(one) for one in given])

    def errors(self) -> Iterator[tuple[Place, str]]:
        if not self.answer:
            yield ("answer",), "`answer` is missing"
        yield from known_errors(self.known)
        for at, one in enumerate(self.known):
            typed = tuple(map(number_text, one.values))
            if len(one.value) != len(self.answer):
                yield ("known", at, "value"), f"`{one.id}` has {len(one.value)} numbers, the answer {len(self.answer)}"
            elif self.hits(typed, self.right) == self.count:
                yield ("known", at, "value"), f"`{one.id}` would be taken for the right answer"
            elif self.taken(typed) != (one.id,):
                yield ("known", at, "value"), f"`{one.id}` would be taken for `{self.taken(typed)[0]}`"

    def warnings(self) -> Iterator[tuple[Place, str]]:
        if not self.check:
            yield ("answer",), "the key is a number and no `check` computes it"
        if not self.tolerance and any(value.denominator != 1 for value in self.right):
            yield ("answer",), "the answer is no whole number and has no `tolerance`"
