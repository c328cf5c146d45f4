"""What quizzes are made of, whatever their kind: ids, texts, points, and the answers that are distinguished."""

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"

Id = Annotated[str, Field(pattern=ID_PATTERN)]
"""A quiz, question or choice id; answers and statistics hang on it, so it is never used again for something else."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A tag, an objective or a misconception: the same letters as an id, a little longer."""

Text = Annotated[str, Field(min_length=1)]
"""Markdown with `$...$` mathematics; never empty."""

Place = tuple[str | int, ...]
"""The way to a part of a question, as ("choices", 2, "text")."""


def _exact(value: Any) -> Fraction:
    """The points a file names, without a binary rounding: 0.1 is 1/10."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise ValueError("must be a number")
    points = value if isinstance(value, Fraction) else Fraction(str(value))
    if not 0 <= points <= 1000:
        raise ValueError("must be between 0 and 1000")
    return points


Points = Annotated[Fraction, PlainValidator(_exact)]
"""An exact, non-negative number of points; a question of 0 points is a survey question."""


class Frozen(BaseModel):
    """A part of a quiz: never changed, no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed; unlike `model_copy` it is checked and takes no cached property along."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)


class Choice(Frozen):
    """One answer that is distinguished from others: what a learner can tick, or a known answer to an open question."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    text: Annotated[Text, Field(description="what the learner reads, in Markdown")]
    correct: Annotated[bool, Field(description="whether it is right")] = False
    feedback: Annotated[str, Field(description="what a learner who ticked it reads")] = ""
    misconception: Annotated[Slug | None, Field(description="the slug of what is misunderstood by who ticks it")] = None
    if_not_chosen: Annotated[str, Field(description="what a learner who should have ticked it reads")] = ""
    pin: Annotated[Literal["first", "last"] | None, Field(description="its place when choices are shuffled")] = None


class Remark(NamedTuple):
    """A line of feedback: `✓`, `✗` or `!`, what it is about, the answer in Markdown, and why."""

    sign: str
    about: str
    answer: str
    why: str


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A field with all its texts changed."""
    if isinstance(value, str):
        return change(value) if "{{" in value else value
    if isinstance(value, tuple):
        return tuple(mapped(one, change) for one in value)
    if isinstance(value, Frozen):
        return type(value)(**{name: mapped(getattr(value, name), change) for name in type(value).model_fields})
    return value
