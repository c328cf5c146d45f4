"""The four tiers of confinement, strongest first, and their words for people."""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class TierWords:
    """`doctor` speaks to whoever owns the machine, `report` to whoever reads a page of grades."""

    doctor: str
    report: str
    weak: bool = False  # a submission could reach more than its own folder: reports refuse it unless told otherwise


TIERS: dict[Tier, TierWords] = {
    "A": TierWords("graded in a sealed box", "graded in a sealed box (tier A)"),
    "B": TierWords("confined by Landlock and seccomp", "graded confined by Landlock and seccomp (tier B)"),
    "C": TierWords(
        "fenced: seccomp only; `grader report` refuses without --accept-weak",
        "weakly confined (tier C): a submission could have reached more than its own folder",
        weak=True,
    ),
    "D": TierWords(
        "practice run: own process, time and memory limits; `grader report` refuses without --accept-weak",
        "not confined (tier D): a submission could have read and changed files of this machine",
        weak=True,
    ),
}


def weaker(tier: Tier, wanted: Tier) -> bool:
    """Whether `tier` confines less than `wanted` does."""
    order = list(TIERS)
    return order.index(tier) > order.index(wanted)
