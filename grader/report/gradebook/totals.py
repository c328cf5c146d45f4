"""From a student's units to a total: categories, weights, and which units do not count.

A total is a sum of shares, each worth its unit's weight, over the weights that count. Of the units that may be dropped
those are whose loss helps most: that is not always the lowest share, as a heavy unit pulls more than a light one. It is
found exactly, by Dinkelbach's iteration for the largest ratio.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from fractions import Fraction

from grader.base.errors import CourseError
from grader.base.toml import nearest
from grader.course.course import Grades

ZERO = Fraction(0)


@dataclass(frozen=True)
class Group:
    """A category of units; `weight` is what it is worth in the total, None for the sum of its units."""

    name: str
    units: frozenset[str]
    weight: Fraction | None = None
    drop_lowest: int = 0


@dataclass(frozen=True)
class Part:
    """One unit of a student that has points: its share, what that is worth, and whether it is extra credit alone."""

    unit: str
    share: Fraction
    weight: Fraction
    extra: bool = False


@dataclass(frozen=True)
class Total:
    """What a student has, what that is out of (None where nothing counts), what was dropped, and each group's share."""

    earned: Fraction | None
    out_of: Fraction | None
    dropped: frozenset[str] = frozenset()
    shares: Mapping[str, Fraction] = field(default_factory=dict)


def total_of(parts: Sequence[Part], groups: Sequence[Group]) -> Total:
    """The total of one student over all groups; a unit in no group does not count."""
    mine = {group.name: [part for part in parts if part.unit in group.units] for group in groups}
    heavy = [group for group in groups if group.weight is not None]
    light = [group for group in groups if group.weight is None]
    earned, out_of = ZERO, ZERO
    dropped: set[str] = set()
    for group in heavy:
        less = best_dropped({group.name: mine[group.name]}, [group])
        share = ratio(mine[group.name], less)
        dropped |= less
        if share is not None and group.weight is not None:
            earned += share * group.weight
            out_of += group.weight
    less = best_dropped(mine, light, earned, out_of)
    dropped |= less
    for group in light:
        kept = [part for part in mine[group.name] if part.unit not in less]
        earned += sum((part.share * part.weight for part in kept), ZERO)
        out_of += sum((part.weight for part in kept if not part.extra), ZERO)
    shares = {group.name: ratio(mine[group.name], dropped) for group in groups}
    known = {name: share for name, share in shares.items() if share is not None}
    found = bool(out_of) or any(part.extra for some in mine.values() for part in some)
    return Total(earned if found else None, out_of if found else None, frozenset(dropped), known)


def ratio(parts: Iterable[Part], dropped: Iterable[str] = ()) -> Fraction | None:
    """The share of all that counts; None where nothing does."""
    less = set(dropped)
    kept = [part for part in parts if part.unit not in less]
    weight = sum((part.weight for part in kept if not part.extra), ZERO)
    return sum((part.share * part.weight for part in kept), ZERO) / weight if weight else None


def best_dropped(
    mine: Mapping[str, Sequence[Part]], groups: Sequence[Group], earned: Fraction = ZERO, out_of: Fraction = ZERO
) -> set[str]:
    """The units whose loss makes `earned` over `out_of`, with these groups' units added, as large as it can be.

    Each group may lose its number, never its last unit.
    """
    every = [part for group in groups for part in mine[group.name]]
    fixed = sum((part.share * part.weight for part in every), earned)
    whole = sum((part.weight for part in every if not part.extra), out_of)
    if not whole:
        return set()
    level = fixed / whole
    while True:
        less = [part for group in groups for part in least_helpful(mine[group.name], group.drop_lowest, level)]
        left = fixed - sum((part.share * part.weight for part in less), ZERO)
        raised = left / (whole - sum((part.weight for part in less), ZERO))
        if raised == level:
            return {part.unit for part in less}
        level = raised


def least_helpful(parts: Sequence[Part], number: int, level: Fraction) -> list[Part]:
    """At most so many parts that pull a ratio of that level down, the strongest pull first."""
    may = [part for part in parts if not part.extra and part.weight]
    pulls = sorted((part.weight * (part.share - level), part.share, at) for at, part in enumerate(may))
    count = max(0, min(number, len(may) - 1))
    return [may[at] for pull, _, at in pulls[:count] if pull <= 0]


def course_rules(
    grades: Grades, names: Mapping[str, str], where: str
) -> tuple[dict[str, Fraction], int, tuple[Group, ...]]:
    """Weights by unit, how many to drop and the categories, from `[grades]` of course.toml. CourseError for a slip."""
    for name in grades.weights:
        if name.casefold() not in names:
            raise CourseError(f"`grades.weights`: there is no unit `{name}`", where, nearest(name, names))
    weights = {names[name.casefold()]: Fraction(str(value)) for name, value in grades.weights.items()}
    if grades.categories and grades.drop_lowest:
        what = "`grades.drop_lowest` stands beside categories"
        raise CourseError(what, where, "write drop_lowest into the categories that it is for")
    groups: list[Group] = []
    for category in grades.categories:
        units: set[str] = set()
        for pattern in category.units:
            fits = {unit for name, unit in names.items() if fnmatchcase(name, pattern.casefold())}
            if not fits:
                what = f"`grades.categories`: `{pattern}` in {category.name} fits no unit"
                raise CourseError(what, where, nearest(pattern, names))
            units |= fits
        for other in groups:
            if other.name == category.name:
                raise CourseError(f"`grades.categories`: there are two called {category.name}", where, "rename one")
            if twice := sorted(units & other.units):
                what = f"`grades.categories`: {twice[0]} is in {other.name} and in {category.name}"
                raise CourseError(what, where, "name it in one of them")
        weight = None if category.weight is None else Fraction(str(category.weight))
        groups.append(Group(category.name, frozenset(units), weight, category.drop_lowest))
    return weights, grades.drop_lowest, tuple(groups)
