"""What the examiner of ex40 knows: the rules of `diagnose`, misread ones, and curves of every kind.

A rule answers None where a number lies within 3 % of its limit; such curves are never asked.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate


def above(a, b):
    """Whether a > b, or None where it is close."""
    return None if abs(a - b) <= 0.03 * max(abs(a), abs(b)) else bool(a > b)


def both(*parts):
    return False if False in parts else None if None in parts else True


def either(parts):
    parts = list(parts)
    return True if True in parts else None if None in parts else False


def window(values):
    return values[-max(1, min(3, len(values) // 2)) :]


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def running(train):
    """The minimum of all values before each one but the first."""
    return list(accumulate(train, min))[:-1]


@dataclass(frozen=True)
class Rules:
    """The rules as the stub has them; a misread one is this with another field."""

    end: Callable = lambda v: median(window(v))
    from_low: Callable = min  # what "diverging" compares the end with
    whole: Callable = median
    before: Callable = running
    shortest: int = 5  # of "spike"
    log: Callable = math.log
    bottom: bool = True  # "plateau" asks for a low minimum, too
    lowest: Callable = lambda train, end: min(train)  # of "not_learning"
    small: bool = True  # "not_learning" spares small losses
    unit: float | None = None
    rise: Callable = lambda val, end, train_end: above(end, 1.1 * min(val))
    fall: Callable = lambda train, val, end: above(train[val.index(min(val))], end)
    order: tuple = ("diverging", "spike", "plateau", "not_learning", "suspicious", "overfitting")
    jump: bool = True  # whether 0.1 train[0] is asked of a rise

    def holds(self, name, train, val, classes):
        first, low, end, val_end = train[0], min(train), self.end(train), self.end(val)
        chance = self.log(classes) if classes else None

        def risen(value, base):
            return both(above(value, 2 * base), above(value, base + 0.1 * first) if self.jump else True)

        if name == "diverging":
            return risen(end, self.from_low(train))
        if name == "spike":
            steps = zip(train[1:], self.before(train), strict=True)
            return len(train) >= self.shortest and either(risen(value, base) for value, base in steps)
        if name == "plateau":
            near = chance and above(0.05 * chance, abs(self.whole(train) - chance))
            return both(near, above(low, 0.9 * chance) if self.bottom else True) if chance else False
        if name == "not_learning":
            enough = above(first, 0.1 * (self.unit or chance or 1.0)) if self.small else True
            return both(above(self.lowest(train, end), 0.95 * first), enough)
        if name == "suspicious":
            return above(0.5 * end, val_end)
        return both(self.rise(val, val_end, end), self.fall(train, val, end))

    def diagnosis(self, train, val, classes=None):
        """The name, or None where it is close."""
        if not all(map(math.isfinite, (*train, *val))):
            return "non_finite"
        for name in self.order:
            found = self.holds(name, train, val, classes)
            if found is None:
                return None
            if found:
                return name
        return "healthy"


RIGHT = Rules()
ORDER = RIGHT.order
MISREAD = {
    "the last value alone stands for the end, asked for is a median": replace(RIGHT, end=lambda v: v[-1]),
    "the end is a mean, asked for is a median": replace(RIGHT, end=lambda v: sum(window(v)) / len(window(v))),
    "the end is always of three values": replace(RIGHT, end=lambda v: median(v[-3:])),
    "the end is always of half the values": replace(RIGHT, end=lambda v: median(v[-max(1, len(v) // 2) :])),
    "of two values the smaller is taken for the median": replace(
        RIGHT, end=lambda v: sorted(window(v))[(len(window(v)) - 1) // 2]
    ),
    "of two values the larger is taken for the median": replace(
        RIGHT, end=lambda v: sorted(window(v))[len(window(v)) // 2]
    ),
    "the end is compared with the first value, asked for is the lowest": replace(RIGHT, from_low=lambda v: v[0]),
    "a rise of 0.1 train[0] is not asked for": replace(RIGHT, jump=False),
    "a spike is looked for in runs of any length": replace(RIGHT, shortest=1),
    "a spike is compared with the value before, asked for is the lowest so far": replace(
        RIGHT, before=lambda train: train[:-1]
    ),
    "a spike is compared with the lowest of the whole run": replace(
        RIGHT, before=lambda train: [min(train)] * (len(train) - 1)
    ),
    "a spike is compared with the first value": replace(RIGHT, before=lambda train: train[:1] * (len(train) - 1)),
    "the plateau is at log2 K, asked for is ln K": replace(RIGHT, log=math.log2),
    "the plateau is judged by the last value": replace(RIGHT, whole=lambda v: v[-1]),
    "the plateau is judged by the end, asked for is the whole run": replace(RIGHT, whole=lambda v: median(window(v))),
    "the plateau is judged by the first value": replace(RIGHT, whole=lambda v: v[0]),
    "the plateau does without low > 0.9 ln K": replace(RIGHT, bottom=False),
    "not_learning looks at the end, asked for is the lowest": replace(RIGHT, lowest=lambda train, end: end),
    "small losses count as not learning": replace(RIGHT, small=False),
    "0.1 is the limit for a K, too; asked for is 0.1 ln K": replace(RIGHT, unit=1.0),
    "val > train counts as overfitting; a gap alone is no disease": replace(
        RIGHT, rise=lambda val, end, train_end: above(end, 1.1 * train_end)
    ),
    "overfitting does without a training loss that goes on falling": replace(RIGHT, fall=lambda train, val, end: True),
    "overfitting compares the training loss with its first value": replace(
        RIGHT, fall=lambda train, val, end: above(train[0], end)
    ),
    "overfitting looks at a rise from val's first value": replace(
        RIGHT, rise=lambda val, end, train_end: above(end, 1.1 * val[0])
    ),
    "spikes are looked for before diverging": replace(RIGHT, order=("spike", "diverging", *ORDER[2:])),
    "not_learning is looked for before plateau": replace(
        RIGHT, order=("diverging", "spike", "not_learning", "plateau", *ORDER[4:])
    ),
    "overfitting is looked for before suspicious": replace(RIGHT, order=(*ORDER[:4], "overfitting", "suspicious")),
}
