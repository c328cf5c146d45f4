"""`fill`: blanks in a piece of code (or a short answer), right by their text or by a regular expression.

Texts are compared without white space that means nothing in code, and with one kind of quotes: `lr = 'a'` is `lr="a"`.
"""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field

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
from grader.quiz.format.kinds.parts import Choice, Frozen, Place, Remark
from grader.quiz.format.kinds.portable import Form, NotPortable, Portable, Typed, TypedAnswer
from grader.quiz.format.kinds.question import Question

BLANK = re.compile(r"_{3,}")
"""How a stem shows a blank."""

LONGEST = 200
_GLUE = " ; "
_STARS = 3


def normalized(text: str, cased: bool = True) -> str:
    """The text as two answers are compared."""
    text = unicodedata.normalize("NFC", text).strip()
    text = re.sub("[‘’'“”]", '"', text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([^\w ]) ?", r"\1", text)
    return text if cased else text.casefold()


def code(text: str) -> str:
    """A typed text as code in Markdown, whatever it holds."""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{text}{ticks}" if "`" not in text[:1] + text[-1:] else f"{ticks} {text} {ticks}"


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression ({error})") from None
    return text


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=LONGEST)], ...],
    BeforeValidator(_listed),
    Field(strict=False, max_length=20),
]
"""One text, or a list of them."""


class Blank(Frozen):
    """What may stand in a blank; nothing is said of it in a graded release."""

    accept: Annotated[Texts, Field(description="the right text, or a list of texts that are all right")] = ()
    pattern: Annotated[
        str, AfterValidator(_expression), Field(description="a regular expression for the whole text, right as well")
    ] = ""


class KnownText(Known):
    """A known wrong text."""

    text: Annotated[Texts, Field(description="the wrong text, or one for each blank")]


class FillQuestion(Question):
    """Blanks to fill, in the order in which the stem shows them."""

    kind: Annotated[Literal["fill"], Field(description="blanks to fill")]
    blanks: Annotated[tuple[Blank, ...], Field(strict=False, min_length=1, max_length=8, description="one or more")]
    cased: Annotated[bool, Field(description="whether capitals count")] = True
    feedback: Annotated[str, Field(description="what a learner who was right reads")] = ""
    known: Annotated[tuple[KnownText, ...], Field(strict=False, description="wrong texts that tell why")] = ()

    seconds: ClassVar[int] = 60

    @property
    def parts(self) -> Iterator[tuple[Place, str]]:
        yield from known_parts(self.feedback, self.known)

    @property
    def placed(self) -> tuple[tuple[Place, Choice], ...]:
        right = self.answer_text(self.example) if not self.unsound() else ""
        return placed_options(right, self.feedback, [(one, self.answer_text(one.text)) for one in self.known])

    @property
    def example(self) -> tuple[str, ...]:
        """A right answer."""
        return tuple(blank.accept[0] if blank.accept else "?" for blank in self.blanks)

    @property
    def content(self) -> dict[str, object]:
        return {"blanks": len(self.blanks), "cased": self.cased}

    @property
    def key(self) -> list[list[str]]:
        return [[*sorted(blank.accept), blank.pattern] for blank in self.blanks if blank.accept]

    def stripped(self) -> tuple[Self, dict[str, str]]:
        return self.bare(blanks=[Blank() for _ in self.blanks], cased=self.cased), {}

    def unsound(self) -> str:
        return "" if all(blank.accept for blank in self.blanks) else "has a blank without `accept`"

    def refusal(self, picks: tuple[str, ...]) -> str:
        if len(picks) != len(self.blanks):
            return f"fills {len(picks)} blanks of {len(self.blanks)}"
        return "fills a blank with too long a text" if max(map(len, picks)) > LONGEST else ""

    def same(self, given: str, text: str) -> bool:
        """Whether two texts count as one."""
        return normalized(given, self.cased) == normalized(text, self.cased)

    def fits(self, blank: Blank, text: str) -> bool:
        """Whether a text is right in a blank."""
        flags = re.NOFLAG if self.cased else re.IGNORECASE
        by_pattern = bool(blank.pattern) and re.fullmatch(blank.pattern, text.strip(), flags) is not None
        return by_pattern or any(self.same(text, one) for one in blank.accept)

    def share(self, picks: tuple[str, ...]) -> Fraction:
        """Partial: the share of the blanks that are right; all or nothing: 1 when all are."""
        hits = sum(self.fits(blank, text) for blank, text in zip(self.blanks, picks, strict=True))
        return Fraction(hits, len(picks)) if self.scoring == "partial" else Fraction(hits == len(picks))

    def taken(self, picks: tuple[str, ...]) -> tuple[str, ...]:
        if all(self.fits(blank, text) for blank, text in zip(self.blanks, picks, strict=True)):
            return (RIGHT,)
        for one in self.known:
            if len(one.text) == len(picks) and all(map(self.same, picks, one.text)):
                return (one.id,)
        return (OTHER,)

    @property
    def rule(self) -> str:
        return "fill the blank" if len(self.blanks) == 1 else f"fill the {len(self.blanks)} blanks, one after the other"

    @property
    def help(self) -> str:
        return "text       your answer; spaces and the kind of quotes do not matter"

    def prompts(self, order: tuple[str, ...]) -> tuple[str, ...]:
        if len(self.blanks) == 1:
            return ("Blank [text, ?]",)
        return tuple(f"Blank {at} of {len(self.blanks)} [text, ?]" for at in range(1, len(self.blanks) + 1))

    def parsed(self, typed: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
        if max(map(len, typed)) > LONGEST:
            raise ValueError(f"Type at most {LONGEST} characters.")
        return typed

    def typed(self, picks: tuple[str, ...], order: tuple[str, ...]) -> str:
        return _GLUE.join(picks)

    def answer_text(self, picks: tuple[str, ...]) -> str:
        return ", ".join(map(code, picks))

    def remarks(self, picks: tuple[str, ...]) -> list[Remark]:
        return remarks_on(self, picks)

    def portable(self) -> Portable:
        blanks = [{"accept": [*blank.accept]} for blank in self.blanks]
        wrong = [{"id": one.id, "misconception": one.misconception, "text": [*one.text]} for one in self.known]
        extra: dict[str, object] = {"kind": "fill", "blanks": blanks, "known": wrong, "cased": self.cased}
        right = self.blanks[0].accept if len(self.blanks) == 1 else (_GLUE.join(self.example),)
        answers = [TypedAnswer(text, Fraction(1), self.feedback) for text in right]
        answers += [TypedAnswer(_GLUE.join(one.text), Fraction(0), one.feedback) for one in self.known]
        losses = ["spaces and quotes count there"]
        if any(blank.pattern for blank in self.blanks):
            losses.append("its pattern is left out: only the texts it accepts are right there")
        if len(self.blanks) > 1:
            losses.append(f"several blanks are one text there, with `{_GLUE.strip()}` between")
        return Portable(Typed(tuple(answers), numeric=False, cased=self.cased), extra, tuple(losses))

    @classmethod
    def carried(cls, form: Form, extra: dict[str, object]) -> dict[str, object] | None:
        if not isinstance(form, Typed) or form.numeric or extra.get("kind") == "numeric":
            return None
        right = [one for one in form.answers if one.share == 1]
        wrong = [one for one in form.answers if one.share == 0]
        if not right or len(right) + len(wrong) < len(form.answers):
            raise NotPortable("pays parts for some texts, or no text in full")
        known_there, blanks = extra.get("known"), extra.get("blanks")
        extras = known_there if isinstance(known_there, list) else []
        known = [
            {
                "id": f"t{at}",
                **known_extra(extras, at - 1),
                "text": _own_text(extras, at - 1, one.text),
                "feedback": one.feedback,
            }
            for at, one in enumerate(wrong, 1)
        ]
        if isinstance(blanks, list):
            blanks = [{"accept": one["accept"]} for one in blanks if isinstance(one, dict) and "accept" in one]
        else:
            stars = [one.text for one in right if "*" in one.text]
            if len(stars) > 1 or any(text.count("*") > _STARS for text in stars):
                raise NotPortable(f"has more than one text with `*`, or one with more than {_STARS}")
            texts = [one.text for one in right if "*" not in one.text]
            pattern = ".*".join(map(re.escape, stars[0].split("*"))) if stars else ""
            blanks = [{"accept": texts or [stars[0].replace("*", "").strip() or "?"], "pattern": pattern}]
        cased = extra.get("cased", form.cased)
        return {"kind": "fill", "blanks": blanks, "known": known, "cased": cased, "feedback": right[0].feedback}

    def check_calls(self) -> list[tuple[tuple[str, ...], bool]]:
        """Every text that is accepted, the other blanks being right, and each known wrong answer, which must raise."""
        right = [
            (*self.example[:at], text, *self.example[at + 1 :])
            for at, blank in enumerate(self.blanks)
            for text in blank.accept
        ]
        return [(texts, False) for texts in dict.fromkeys(right)] + [(one.text, True) for one in self.known]

    def disagrees(self, value: Any) -> str:
        return ""

    def errors(self) -> Iterator[tuple[Place, str]]:
        shown = len(BLANK.findall(self.stem))
        if shown != len(self.blanks) and (shown or len(self.blanks) > 1):
            yield ("stem",), f"the stem shows {shown} blanks (`____`), there are {len(self.blanks)}"
        for at, blank in enumerate(self.blanks):
            if not blank.accept:
                yield ("blanks", at), "there is no text to `accept`"
        yield from known_errors(self.known)
        for at, one in enumerate(self.known):
            if len(one.text) != len(self.blanks):
                yield ("known", at, "text"), f"`{one.id}` has {len(one.text)} texts for {len(self.blanks)} blanks"
            elif self.taken(one.text) == (RIGHT,):
                yield ("known", at, "text"), f"`{one.id}` would be taken for the right answer"
            elif self.taken(one.text) != (one.id,):
                yield ("known", at, "text"), f"`{one.id}` would be taken for `{self.taken(one.text)[0]}`"

    def warnings(self) -> Iterator[tuple[Place, str]]:
        for at, blank in enumerate(self.blanks):
            if blank.pattern and blank.accept and not re.fullmatch(blank.pattern, blank.accept[0]):
                yield ("blanks", at, "pattern"), "the pattern does not fit the text that is shown as right"


def _own_text(extras: list[Any], place: int, text: str) -> Any:
    """The texts of a known answer, one per blank, from an import's extra."""
    one = extras[place] if place < len(extras) and isinstance(extras[place], dict) else {}
    return one["text"] if isinstance(one.get("text"), list) else text
