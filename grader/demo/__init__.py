"""What an author imports in `demos/<id>/demo.py`: parameters to move, a prediction to make, and what is shown.

    '''Two coins

    How often do two coins agree?'''
    from grader.demo import Shown, Slider

    PARAMETERS = (Slider("p", "chance of heads", 0, 1, 0.5, step=0.05),)

    def draw(p):
        figure = ...                          # a matplotlib Figure
        return Shown(figure, {"agree": p**2 + (1 - p) ** 2})

The docstring is the title and, after an empty line, the text. `draw` gets each parameter by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, final

from grader.base.errors import UsageError

Value = float | int | str


@final
class Drawing(TypedDict):
    """What the drawing process answers: `svg` in base64, the milliseconds it took, numbers and a table beside it."""

    svg: str
    numbers: dict[str, Value]
    table: list[list[str]]
    ms: float


@final
class Failure(TypedDict):
    """Why nothing was drawn."""

    error: str


@dataclass(frozen=True)
class Slider:
    """A number between `low` and `high` in steps; whole steps give an int. `unit` stands behind the number."""

    name: str
    label: str
    low: float
    high: float
    default: float
    step: float = 1
    unit: str = ""

    def value(self, text: str) -> Value:
        """The number that a text gives, on the nearest step. UsageError out of range."""
        try:
            number = float(text)
        except ValueError:
            raise UsageError(f"{self.label} is a number, not {text[:40]!r}") from None
        if not self.low <= number <= self.high:
            raise UsageError(f"{self.label} goes from {self.low:g} to {self.high:g}, not {number:g}")
        number = round(self.low + round((number - self.low) / self.step) * self.step, 10)
        return int(number) if float(self.step).is_integer() and float(self.low).is_integer() else number

    @property
    def frames(self) -> list[Value]:
        """At most nine values over the whole range, the default among them: what a page without a server shows."""
        count = min(9, round((self.high - self.low) / self.step) + 1)
        values = {self.value(str(self.low + (self.high - self.low) * at / (count - 1))) for at in range(count)}
        return sorted(values | {self.value(str(self.default))}, key=float)


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str

    def value(self, text: str) -> Value:
        """The option itself. UsageError for any other word."""
        if text not in self.options:
            raise UsageError(f"{self.label} is one of {', '.join(self.options)}, not {text[:40]!r}")
        return text

    @property
    def frames(self) -> list[Value]:
        return list(self.options)


@dataclass(frozen=True)
class Prediction:
    """What the learner answers before the figure is shown: a number, or one of `options`.

    The truth is the entry `of` in the numbers that `draw` gives for the defaults, with the values of `at` in place of
    some; `tolerance` is how far off a number still counts as right.
    """

    question: str
    of: str
    at: Mapping[str, Value] = field(default_factory=dict)
    tolerance: float = 0.0
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """What `draw` gives back: a Figure of matplotlib, numbers by name, and a table of rows, the first one its head."""

    figure: Any = None
    numbers: Mapping[str, Value] = field(default_factory=dict)
    table: tuple[tuple[Any, ...], ...] = ()


Parameter = Slider | Choice
