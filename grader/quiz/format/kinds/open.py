"""What the kinds share whose answers are typed or put together: known answers, and the feedback on an answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import Field

from grader.quiz.format.console import plain
from grader.quiz.format.kinds.parts import Choice, Frozen, Id, Place, Remark, Slug
from grader.quiz.format.kinds.question import Question

RIGHT, OTHER = "right", "other"
"""The option ids of the right answer and of one that nobody foresaw; no known answer may be called so."""


class Known(Frozen):
    """A wrong answer that reveals a misconception; each kind adds the answer itself."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    feedback: Annotated[str, Field(description="what a learner who gave it reads")] = ""
    misconception: Annotated[Slug | None, Field(description="the slug of what is misunderstood by who gives it")] = None

    def option(self, text: str) -> Choice:
        """It as an option of its question."""
        return Choice(id=self.id, text=text, feedback=self.feedback, misconception=self.misconception)


def placed_options(right: str, feedback: str, known: Sequence[tuple[Known, str]]) -> tuple[tuple[Place, Choice], ...]:
    """The right answer (where there is a key) and the known wrong ones, with their paths."""
    found: list[tuple[Place, Choice]] = []
    if right:
        found.append(((), Choice(id=RIGHT, text=right, correct=True, feedback=feedback)))
    found += [(("known", at), one.option(text)) for at, (one, text) in enumerate(known)]
    return tuple(found)


def known_parts(feedback: str, known: Sequence[Known]) -> Iterator[tuple[Place, str]]:
    """The Markdown texts of feedback, with their paths."""
    yield ("feedback",), feedback
    for at, one in enumerate(known):
        yield ("known", at, "feedback"), one.feedback


def remarks_on(question: Question, picks: tuple[str, ...]) -> list[Remark]:
    """What was answered and why it is wrong where that is known, then the right answer."""
    right = question.option(RIGHT)
    assert right is not None
    if not picks:
        return [Remark("✓", "right is", right.text, right.feedback)]
    answer = question.answer_text(picks)
    (taken,) = question.taken(picks)[:1] or (OTHER,)
    if taken == RIGHT:
        return [Remark("✓", "you answered", answer, right.feedback)]
    option = question.option(taken)
    why = option.feedback if option else ""
    return [Remark("✗", "you answered", answer, why), Remark("✓", "right is", right.text, right.feedback)]


def known_errors(known: Sequence[Known]) -> Iterator[tuple[Place, str]]:
    """Known answers whose ids are taken."""
    counts = Counter(one.id for one in known)
    for at, one in enumerate(known):
        if one.id in (RIGHT, OTHER):
            yield ("known", at, "id"), f"the id `{one.id}` has a meaning of its own: choose another"
        elif counts[one.id] > 1:
            yield ("known", at, "id"), f"the id `{one.id}` is there {counts[one.id]} times"


def known_extra(extras: list[Any], place: int) -> dict[str, object]:
    """The id and slug of a known answer, which platforms drop, from an import's extra."""
    one = extras[place] if place < len(extras) and isinstance(extras[place], dict) else {}
    return {name: one[name] for name in ("id", "misconception") if isinstance(one.get(name), str)}


def side_extra(extras: list[Any], place: int, name: str, text: str, own_id: str) -> dict[str, object]:
    """One side of a pair from an import's extra, which keeps the Markdown that the platform made plain."""
    one = extras[place] if place < len(extras) and isinstance(extras[place], dict) else {}
    same = isinstance(one.get(name), str) and plain(one[name]) in (text, plain(text))
    return {"id": one.get("id", own_id), **({"feedback": one["feedback"]} if one.get("feedback") else {}),
            name: one[name] if same else text}  # fmt: skip
