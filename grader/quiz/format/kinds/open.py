"""What the kinds share whose answers are typed or put together: known answers, and what is said of an answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from grader.quiz.format.kinds.question import Place, Question, Said

RIGHT, OTHER = "right", "other"
"""The option ids of the right answer and of one that nobody foresaw; no known answer may be called so."""


class Known(Protocol):
    """A known wrong answer."""

    @property
    def id(self) -> str: ...


def said_of(question: Question, picks: tuple[str, ...]) -> list[Said]:
    """What was answered and why it is wrong where that is known, then the right answer."""
    right = question.option(RIGHT)
    assert right is not None
    if not picks:
        return [Said("✓", "right is", right.text, right.feedback)]
    answer = question.answer_text(picks)
    (taken,) = question.taken(picks)[:1] or (OTHER,)
    if taken == RIGHT:
        return [Said("✓", "you answered", answer, right.feedback)]
    option = question.option(taken)
    why = option.feedback if option else ""
    return [Said("✗", "you answered", answer, why), Said("✓", "right is", right.text, right.feedback)]


def known_errors(known: Sequence[Known]) -> Iterator[tuple[Place, str]]:
    """Known answers whose ids are taken."""
    counts = Counter(one.id for one in known)
    for at, one in enumerate(known):
        if one.id in (RIGHT, OTHER):
            yield ("known", at, "id"), f"the id `{one.id}` has a meaning of its own: choose another"
        elif counts[one.id] > 1:
            yield ("known", at, "id"), f"the id `{one.id}` is there {counts[one.id]} times"


def told_of(told: list[Any], place: int) -> dict[str, Any]:
    """What an import's extra says of a known answer, the ids and slugs that platforms drop."""
    one = told[place] if place < len(told) and isinstance(told[place], dict) else {}
    return {name: one[name] for name in ("id", "misconception") if isinstance(one.get(name), str)}
