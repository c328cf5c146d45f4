"""The few forms of question that learning platforms share, which a kind turns into and comes back from.

The exchange formats write and read these forms and know no kind; what a form has no place for goes along as `extra`.
"""

from dataclasses import dataclass, field
from fractions import Fraction


class NotPortable(Exception):
    """A form that no kind of ours can be made of; the message goes on from "question x "."""


@dataclass(frozen=True)
class TypedAnswer:
    """An answer somebody may type: it pays `share` of the points. `tolerance` counts for numbers alone."""

    text: str
    share: Fraction
    feedback: str = ""
    tolerance: Fraction = Fraction(0)


@dataclass(frozen=True)
class Typed:
    """An answer to type, compared as a number or as text."""

    answers: tuple[TypedAnswer, ...]
    numeric: bool
    unit: str = ""
    cased: bool = False


@dataclass(frozen=True)
class Paired:
    """Texts on the left, each of which belongs to one on the right; `extra` are right ones that belong to none."""

    pairs: tuple[tuple[str, str], ...]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ordered:
    """Texts to put in the order in which they stand here."""

    steps: tuple[str, ...]
    partial: bool = True


Form = Typed | Paired | Ordered


@dataclass(frozen=True)
class Portable:
    """A question as a form, what gradeloop alone reads of it, and what a platform does otherwise, as sentences."""

    form: Form
    extra: dict[str, object] = field(default_factory=dict)
    losses: tuple[str, ...] = ()
