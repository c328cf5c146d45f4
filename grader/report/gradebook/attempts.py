"""The order of a student's attempts at a unit: which file of one hand-in is the attempt, and which attempt is later."""

import os.path
import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.report.gradebook.submissions import Work, in_order

OLDER = frozenset(
    "old older backup bak draft previous prev unused original first wip alt alte entwurf borrador".split()
)
NEWER = frozenset("new newer newest final finished fixed corrected latest last neu endgültig nuevo nouveau".split())
Pair = tuple[int, int]


@dataclass(frozen=True)
class Attempt:
    """A work in its place among others: which download of the command, the LMS's number of the attempt.

    `aside`: it lies in a folder like `old/`. `folders` are those above it in what the student handed in: 2 for one of
    the unit, 1 for one that mentions it, 0 for any other.
    """

    work: Work
    download: int
    order: int
    aside: bool
    folders: tuple[int, ...] = ()

    def same(self, other: "Attempt") -> bool:
        """Whether both are graded alike."""
        return self.work.content == other.work.content

    @property
    def turn(self) -> tuple[int, float, int]:
        """When it was handed in: two files with the same turn were handed in together."""
        return self.download, self.work.time or 0.0, self.order

    @property
    def above(self) -> list[str]:
        """The names of all folders above it."""
        return self.work.path.split("/")[:-1]

    def standing(self, around: int) -> tuple[bool, bool, Pair, Pair, bool, int, Pair, str]:
        """How likely it is what was meant among what was handed in together: the expected name and place win.

        `around` folders lie around all of that and say nothing. Expected are the top and a folder of the unit.
        """
        work = self.work
        inside = self.folders[max(0, around - len(self.above) + len(self.folders)) :]
        place = inside[-1] if inside else 2, -sum(one < 2 for one in inside)
        folder, _, file = work.path.rpartition("/")
        age, older = recency(work.name or file), recency(f"{folder.rpartition('/')[2]}.")
        notebook = work.kind == "notebook"
        return not self.aside, not work.likeness, age, place, not notebook, -len(inside), older, work.path


def recency(name: str) -> tuple[int, int]:
    """How new a file's name says that it is: `cutmix_old` is older than `cutmix_v1`, `cutmix_v2`, `cutmix_final`."""
    parts = [word for word in re.split(r"[\W_]+", name.casefold().rpartition(".")[0]) if word]
    kind = 1 if NEWER & set(parts) else -1 if OLDER & set(parts) else 0
    versions = [
        int(found[1]) for word in parts if (found := re.fullmatch(r"(?:v|ver|version|rev|try)?(\d{1,3})", word))
    ]
    return kind, versions[-1] if versions else 0


@dataclass(frozen=True)
class Choice:
    """Of two files that one student handed in together for one unit, the one that counts; a `guess` if by chance."""

    student: str
    unit: str
    path: str
    other: str
    guess: bool
    download: str = ""


def ordered(attempts: Iterable[Attempt]) -> tuple[list[Work], list[Choice]]:
    """A student's works for one unit in the order of handing in, and the choices among files handed in together.

    Of several files handed in together one is the attempt: never one that was put aside, and the choices say which.
    """
    every = list(attempts)
    turns: dict[tuple[int, float, int], list[Attempt]] = {}
    in_place = {one.download for one in every if not one.aside}
    put_aside = [one for one in every if one.aside and one.download in in_place]
    for one in every:
        if one not in put_aside:
            turns.setdefault(one.turn, []).append(one)
    found: list[Work] = []
    choices = []
    for turn in sorted(turns):
        around = len(os.path.commonprefix([one.above for one in turns[turn]]))
        *others, best = sorted(turns[turn], key=lambda one: one.standing(around))
        work = best.work
        choices += [
            Choice(work.student, work.unit, work.path, o.work.path, True, o.work.download)
            for o in others if not o.same(best)
        ]  # fmt: skip
        found.append(work)
    last = in_order(found)[-1]
    choices += [
        Choice(one.work.student, one.work.unit, last.path, one.work.path, False, one.work.download)
        for one in put_aside
    ]  # fmt: skip
    return found, choices
