"""Who stands behind a claim: the roster's student, a new one called as the download says, or nobody for sure."""

import unicodedata
from collections.abc import Callable

from grader.base.text import line
from grader.report.gradebook.submissions import Student
from grader.report.intake.lms import SubmissionFile
from grader.report.intake.roster import Claim, Roster


class Owners:
    """The students met in what was handed in; `only` names the one that is wanted.

    `refuse(label, reason)` is told of claims that no student can be credited for.
    """

    def __init__(self, roster: Roster | None, only: str | None, refuse: Callable[[str, str], None]) -> None:
        self.roster = roster
        self.only = only
        self.refuse = refuse
        self.students: dict[str, Student] = {s.id: s for s in roster.students} if roster and not only else {}
        self.claims: dict[Claim, Student | None] = {}
        self.spelled: dict[str, Claim] = {}

    def doubtful(self, found: list[SubmissionFile]) -> dict[Claim, str]:
        """Claims of one container that name the same student in different ways, with how the others are spelled.

        Folders and names only: an LMS's own number says who it is, however the name beside it is written.
        """
        meant: dict[str, set[Claim]] = {}
        for claim in {claim for submitted in found for claim in submitted.claims}:
            if claim.known[:1] and claim.known[0][0] in ("any", "name"):
                student = self.roster.match(claim) if self.roster else None
                name = student.id if student else unicodedata.normalize("NFKC", claim.label)
                meant.setdefault(name.casefold(), set()).add(claim)
        return {
            claim: " and ".join(sorted(line(other.label) for other in claims if other != claim))
            for claims in meant.values()
            if len({claim.label for claim in claims}) > 1
            for claim in claims
        }

    def wants(self, student: Student) -> bool:
        return self.only is None or self.only.casefold() == student.id.casefold()

    def called(self, name: str) -> list[Student]:
        """The student whom a file that lies flat is named after, if that one is wanted."""
        student = self.identify(Claim(name, (("any", name),)))
        if student is None or not self.wants(student):
            return []
        self.students[student.id] = student
        return [student]

    def identify(self, claim: Claim) -> Student | None:
        """The student behind a claim: the roster's, or a new one called as it says; None for an impossible name."""
        if claim not in self.claims:
            self.claims[claim] = self.identified(claim)
        return self.claims[claim]

    def identified(self, claim: Claim) -> Student | None:
        label = unicodedata.normalize("NFC", claim.label)
        if not label.isprintable() or not label.strip():
            self.refuse(claim.label, "has a name with characters that cannot be shown; rename it")
            return None
        other = self.spelled.setdefault(label.casefold(), claim)
        student = self.roster.match(claim) if self.roster else None
        if student is not None:
            return student
        if self.roster and (rivals := self.roster.rivals(claim)):
            names = " and ".join(line(one.id) for one in rivals)
            self.refuse(claim.label, f"fits {names} on the roster alike, so it counts for none; rename it")
        fields = dict(claim.known)
        number = fields.get("canvas_id") or fields.get("identifier", "")
        return Student(f"{label} ({number})" if number and other != claim else label, fields=fields)

    def of(self, claims: tuple[Claim, ...]) -> list[Student]:
        """The wanted students behind the claims of one file."""
        found = [student for student in map(self.identify, claims) if student and self.wants(student)]
        self.students.update((student.id, student) for student in found)
        return found
