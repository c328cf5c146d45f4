"""What came of every file of a class: attempts, refusals, leftovers, and what had to be chosen or guessed."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from grader.base.text import line
from grader.report.gradebook.attempts import Attempt, Choice, ordered
from grader.report.gradebook.submissions import Refusal, Student, Work, in_order
from grader.report.intake.leftover import LISTED, Leftover

CHOSEN = {
    False: "was put aside: {} counts",
    True: "was handed in together with {}, which counts by its name and place alone",
}


class Ledger:
    """Everything taken and everything not taken; `works`, `refusals` and `choices` are read when all files are in.

    `where` is the path that is being read.
    """

    def __init__(self) -> None:
        self.where = ""
        self.attempts: dict[tuple[str, str], list[Attempt]] = {}
        self.refused: list[Refusal] = []
        self.unreadable: list[Refusal] = []
        self.quiet: list[Refusal] = []
        self.left: dict[str, tuple[int, Refusal]] = {}

    def take(self, attempt: Attempt) -> None:
        """Keeps one attempt."""
        self.attempts.setdefault((attempt.work.student, attempt.work.unit), []).append(attempt)

    def refuse(self, students: Iterable[Student], path: str, reason: str, unit: str = "", wanted: bool = True) -> None:
        """Lists a file that is not graded, for each of its owners, or for nobody."""
        names = [student.id for student in students] or [""]
        self.refused += [Refusal(name, line(path), reason, unit, wanted, download=self.where) for name in names]

    def leave(self, students: Iterable[Student], path: str, rest: Leftover) -> None:
        """Lists what nothing asks for, and only counts it where one student has very much of it."""
        for name in [student.id for student in students] or [""]:
            one = Refusal(name, line(path), rest.reason, rest.unit, rest.wanted, download=self.where)
            if rest.quiet:
                self.quiet.append(one)
                continue
            count, before = self.left.get(name, (0, None))
            wanted = rest.wanted or bool(before and before.wanted)
            more = f"and {count + 1 - LISTED} more files that nothing asks for"
            self.left[name] = (count + 1, Refusal(name, "…", more, "", wanted, download=self.where))
            if count < LISTED:
                (self.unreadable if rest.unit else self.refused).append(one)

    @cached_property
    def counted(self) -> tuple[dict[tuple[str, str], list[Work]], list[Choice]]:
        works: dict[tuple[str, str], list[Work]] = {}
        choices: list[Choice] = []
        for place, attempts in sorted(self.attempts.items()):
            works[place], chosen = ordered(attempts)
            choices += chosen
        return works, choices

    @property
    def works(self) -> list[Work]:
        """Every attempt, numbered from 1 in the order of handing in; the same bytes twice are one attempt."""
        return [work for some in self.counted[0].values() for work in in_order(some)]

    @property
    def handed_in(self) -> list[Work]:
        """Everything that was handed in, in that order, the same bytes as often as they came."""
        return [work for some in self.counted[0].values() for work in some]

    @property
    def choices(self) -> list[Choice]:
        """Which file counts of several that were handed in together."""
        return self.counted[1]

    @property
    def refusals(self) -> list[Refusal]:
        """All that was not taken; a file no grader reads costs nothing where the student handed in another one.

        What is passed over by a rule is listed only for who handed in nothing else for that unit, or nothing at all.
        """
        unread = [replace(one, wanted=(one.student, one.unit) not in self.attempts) for one in self.unreadable]
        refusals = self.refused + unread + [summary for count, summary in self.left.values() if count > LISTED]
        refusals += [
            Refusal(
                one.student, line(one.other), CHOSEN[one.guess].format(line(one.path)), one.unit, False, one.guess,
                one.download,
            )
            for one in self.choices
        ]  # fmt: skip
        busy = {student for student, _ in self.attempts} | {one.student for one in refusals}
        for one in self.quiet:
            alone = (one.student, one.unit) not in self.attempts if one.unit else one.student not in busy
            if alone and one.student:
                refusals.append(replace(one, wanted=False))
        return refusals
