"""`match`: texts on the left, each to be given its text on the right. A pick is `left=right`, in ids."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from grader.quiz.format.kinds.open import OTHER, RIGHT, Known, known_errors, known_parts, placed_options, side_extra
from grader.quiz.format.kinds.parts import Choice, Frozen, Id, Place, Remark, Text
from grader.quiz.format.kinds.portable import Form, Paired, Portable
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.order import by_hash

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Pair(Frozen):
    """A text on the left and what belongs to it; in a graded release without that."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    text: Annotated[Text, Field(description="the left side, in Markdown")]
    match: Annotated[str, Field(description="the right side, in Markdown")] = ""
    feedback: Annotated[str, Field(description="why they belong together")] = ""


class Extra(Frozen):
    """A text on the right that belongs to nothing on the left."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    text: Annotated[Text, Field(description="what the learner reads, in Markdown")]


class KnownPair(Known):
    """A known wrong pair."""

    pair: Annotated[
        tuple[Id, Id], Field(strict=False, description="id of the left side, and of the pair or extra it was given")
    ]


class MatchQuestion(Question):
    """Pairs; the right sides are called by their pair's id, those that say the same by the first one's."""

    kind: Annotated[Literal["match"], Field(description="pairs to find")]
    pairs: Annotated[tuple[Pair, ...], Field(strict=False, max_length=26, description="two or more")]
    extra: Annotated[tuple[Extra, ...], Field(strict=False, description="right sides that belong to nothing")] = ()
    feedback: Annotated[str, Field(description="what a learner who found all pairs reads")] = ""
    known: Annotated[tuple[KnownPair, ...], Field(strict=False, description="wrong pairs that tell why")] = ()

    seconds: ClassVar[int] = 75

    @property
    def mixes(self) -> bool:
        return True

    @property
    def rights(self) -> dict[str, str]:
        """The texts on the right by id, each once."""
        found: dict[str, str] = {}
        for own_id, text in (
            *((pair.id, pair.match) for pair in self.pairs),
            *((one.id, one.text) for one in self.extra),
        ):
            if text and text not in found.values():
                found[own_id] = text
        return found

    @property
    def right(self) -> dict[str, str]:
        """The right id of each left id; empty in a graded release. An id that is there twice, lint names."""
        by_text = {text: own_id for own_id, text in self.rights.items()}
        return {pair.id: by_text.get(pair.match, pair.id) for pair in self.pairs if pair.match}

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*(pair.id for pair in self.pairs), *self.rights))

    @property
    def shown(self) -> tuple[tuple[str, str, str | None], ...]:
        return tuple((own_id, text, None) for own_id, text in self.rights.items())

    @property
    def parts(self) -> Iterator[tuple[Place, str]]:
        for at, pair in enumerate(self.pairs):
            yield ("pairs", at, "text"), pair.text
            yield ("pairs", at, "match"), pair.match
            yield ("pairs", at, "feedback"), pair.feedback
        for at, one in enumerate(self.extra):
            yield ("extra", at, "text"), one.text
        yield from known_parts(self.feedback, self.known)

    @property
    def placed(self) -> tuple[tuple[Place, Choice], ...]:
        known = [(one, self.answer_text(("=".join(one.pair),))) for one in self.known]
        return placed_options(self.answer_text(self.picks_right), self.feedback, known)

    @property
    def picks_right(self) -> tuple[str, ...]:
        """The right answer as picks."""
        return tuple(f"{left}={right}" for left, right in self.right.items())

    @property
    def content(self) -> dict[str, object]:
        return {"left": [[pair.id, pair.text] for pair in self.pairs], "right": sorted(map(list, self.rights.items()))}

    @property
    def key(self) -> list[str]:
        return sorted(self.picks_right)

    def stripped(self) -> tuple[Self, dict[str, str]]:
        lefts = {f"l{number}": pair for number, pair in enumerate(self.pairs, 1)}
        rights = {f"k{number}": own for number, own in enumerate(by_hash(self), 1)}
        released = self.bare(
            pairs=[Pair(id=name, text=pair.text) for name, pair in lefts.items()],
            extra=[Extra(id=name, text=self.rights[own]) for name, own in rights.items()],
        )
        return released, {name: pair.id for name, pair in lefts.items()} | rights

    def own(self, pick: str, ids: dict[str, str]) -> str:
        return "=".join(ids.get(part, f"?{part}") for part in pick.split("="))

    def unsound(self) -> str:
        return "" if self.pairs and len(self.right) == len(self.pairs) else "has a pair without `match`"

    def refusal(self, picks: tuple[str, ...]) -> str:
        found = [pick.split("=") for pick in picks]
        lefts, rights = {pair.id for pair in self.pairs}, self.rights
        if not all(len(pair) == 2 and pair[0] in lefts and pair[1] in rights for pair in found):
            return "names something that is not there"
        return "pairs a left side twice" if len({pair[0] for pair in found}) < len(found) else ""

    def share(self, picks: tuple[str, ...]) -> Fraction:
        """Partial: the share of the pairs that are right; all or nothing: 1 when all are."""
        hits = len(set(picks) & set(self.picks_right))
        if self.scoring == "all_or_nothing":
            return Fraction(hits == len(self.pairs))
        return Fraction(hits, len(self.pairs))

    def taken(self, picks: tuple[str, ...]) -> tuple[str, ...]:
        if set(picks) == set(self.picks_right):
            return (RIGHT,)
        return tuple(one.id for one in self.known if "=".join(one.pair) in picks) or (OTHER,)

    @property
    def rule(self) -> str:
        paid = "each right pair counts" if self.scoring == "partial" else "points only for all pairs"
        return f"find the pairs; {paid}"

    @property
    def help(self) -> str:
        return "1b 2a      your answer: numbers with letters; only letters (b a) go to 1, 2, ... in turn"

    def prompts(self, order: tuple[str, ...]) -> tuple[str, ...]:
        return (f"Pairs [1-{len(self.pairs)} with a-{LETTERS[len(order) - 1]}, as 1b 2a, ?]",)

    def lines(self, order: tuple[str, ...], picks: tuple[str, ...]) -> list[tuple[str, str]]:
        left = [(f"  {at:2}) ", pair.text) for at, pair in enumerate(self.pairs, 1)]
        return [*left, *((f"   {LETTERS[at]}) ", self.rights[own_id]) for at, own_id in enumerate(order))]

    def parsed(self, typed: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
        words = typed[0].lower().replace(",", " ").replace("-", "").split()
        if all(re.fullmatch("[a-z]", word) for word in words):
            words = [f"{at}{word}" for at, word in enumerate(words, 1)]
        found = [re.fullmatch(r"(\d{1,2})([a-z])", word) for word in words]
        pairs = {int(one[1]): LETTERS.index(one[2]) for one in found if one}
        fits = all(1 <= left <= len(self.pairs) and right < len(order) for left, right in pairs.items())
        if not words or not all(found) or len(pairs) < len(words) or not fits:
            last = LETTERS[len(order) - 1]
            raise ValueError(
                f"Type pairs such as 1b 2a: numbers from 1 to {len(self.pairs)}, letters from a to {last}."
            )
        return tuple(f"{self.pairs[left - 1].id}={order[right]}" for left, right in sorted(pairs.items()))

    def typed(self, picks: tuple[str, ...], order: tuple[str, ...]) -> str:
        lefts = [pair.id for pair in self.pairs]
        pairs = [pick.split("=") for pick in picks]
        return " ".join(
            f"{lefts.index(left) + 1}{LETTERS[order.index(right)]}" for left, right in pairs if right in order
        )

    def answer_text(self, picks: tuple[str, ...]) -> str:
        texts = {pair.id: pair.text for pair in self.pairs}
        pairs = [pick.split("=") for pick in picks]
        return "; ".join(f"{texts.get(left, left)} – {self.rights.get(right, right)}" for left, right in pairs)

    def remarks(self, picks: tuple[str, ...]) -> list[Remark]:
        """Every pair: as it was answered, and as it should be."""
        given = dict(pick.split("=") for pick in picks)
        known = {one.pair: one.feedback for one in self.known}
        found = []
        for pair in self.pairs:
            answer = given.get(pair.id)
            right = Remark("✓", "right is" if answer else "not answered", f"{pair.text} – {pair.match}", pair.feedback)
            if answer == self.right[pair.id]:
                found.append(right._replace(about="you paired"))
            elif answer:
                wrong = f"{pair.text} – {self.rights[answer]}"
                found += [Remark("✗", "you paired", wrong, known.get((pair.id, answer), "")), right]
            else:
                found.append(right._replace(sign="!"))
        return found + (
            [Remark("✓", "all pairs", "found", self.feedback)]
            if picks and self.share(picks) == 1 and self.feedback
            else []
        )

    def portable(self) -> Portable:
        own = [{"id": pair.id, "match": pair.match, "feedback": pair.feedback} for pair in self.pairs]
        known = [
            {"id": one.id, "misconception": one.misconception, "pair": [*one.pair], "feedback": one.feedback}
            for one in self.known
        ]
        extra: dict[str, object] = {"kind": "match", "pairs": own, "known": known, "feedback": self.feedback}
        extra["extra"] = [{"id": one.id, "text": one.text} for one in self.extra]
        form = Paired(tuple((pair.text, pair.match) for pair in self.pairs), tuple(one.text for one in self.extra))
        return Portable(form, extra, ("feedback to single pairs: kept in lines that only gradeloop reads",))

    @classmethod
    def carried(cls, form: Form, extra: dict[str, object]) -> dict[str, object] | None:
        if not isinstance(form, Paired) or extra.get("kind") == "order":
            return None
        extras = {
            name: value if isinstance(value := extra.get(name), list) else [] for name in ("pairs", "known", "extra")
        }
        pairs = [
            {**side_extra(extras["pairs"], at, "match", right, f"p{at + 1}"), "text": left}
            for at, (left, right) in enumerate(form.pairs)
        ]
        others = [side_extra(extras["extra"], at, "text", text, f"x{at + 1}") for at, text in enumerate(form.extra)]
        return {"kind": "match", "pairs": pairs, "extra": others, "known": extras["known"],
                "feedback": str(extra.get("feedback", ""))}  # fmt: skip

    @property
    def checked_key(self) -> dict[str, str]:
        return self.right

    def disagrees(self, value: Any) -> str:
        return "" if value is None else super().disagrees(value)

    def errors(self) -> Iterator[tuple[Place, str]]:
        if len(self.pairs) < 2:
            yield ("pairs",), "there are fewer than two pairs"
        if len(self.rights) < 2:
            yield ("pairs",), "every right side says the same"
        if len(self.rights) > len(LETTERS):
            yield ("extra",), f"there are more than {len(LETTERS)} right sides"
        ids = [*(pair.id for pair in self.pairs), *(one.id for one in self.extra)]
        for at, pair in enumerate(self.pairs):
            if not pair.match:
                yield ("pairs", at), f"pair `{pair.id}` has no `match`"
            if ids.count(pair.id) > 1:
                yield ("pairs", at, "id"), f"the id `{pair.id}` is there {ids.count(pair.id)} times"
        matches = {pair.match for pair in self.pairs}
        for at, one in enumerate(self.extra):
            if one.text in matches:
                yield ("extra", at, "text"), f"extra `{one.id}` says the same as a right side"
        yield from known_errors(self.known)
        for at, wrong in enumerate(self.known):
            left, right = wrong.pair
            if left not in self.right or right not in self.rights:
                yield ("known", at, "pair"), f"`{wrong.id}` names something that is not there"
            elif self.right[left] == right:
                yield ("known", at, "pair"), f"`{wrong.id}` is a right pair"

    def warnings(self) -> Iterator[tuple[Place, str]]:
        for at, pair in enumerate(self.pairs):
            if not pair.feedback:
                yield ("pairs", at), f"pair `{pair.id}` has no feedback"
