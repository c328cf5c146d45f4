"""Whose a claim is: the roster's student, a new one named as in the download, or undecided."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from grader.base.text import line, shows
from grader.report.gradebook.submissions import Student
from grader.report.intake.lms import SubmissionFile
from grader.report.intake.roles import TEST_USER
from grader.report.intake.roster import Claim, Roster, plain

LASTING = ("canvas_id", "d2l_id")
"""Numbers that are one person's all term."""
ALIKE = 0.4  # of two names' letters: with less in common they are not one person's


class Owners:
    """The students met in what was handed in; `only` names the one that is wanted, `groups` who is in which group.

    `refuse(label, reason)` is called for claims that no student can be credited for.
    """

    def __init__(
        self,
        roster: Roster | None,
        only: str | None,
        refuse: Callable[[str, str], None],
        groups: Mapping[str, list[Student]] | None = None,
        strangers: Iterable[Student] = (),
    ) -> None:
        self.roster = roster
        self.only = only
        self.refuse = refuse
        self.groups = groups or {}
        self.strangers = Strangers(strangers)
        self.students: dict[str, Student] = {s.id: s for s in roster.students} if roster and not only else {}
        self.claims: dict[Claim, Student | None] = {}
        self.spelled: dict[str, Claim] = {}
        self.staff: dict[Claim, str] = {}  # who is no student, and what they are
        self.by_name: dict[str, str] = {}  # label and id of those whom a name alone gave away, for the list

    def doubtful(self, found: list[SubmissionFile]) -> dict[Claim, str]:
        """Claims of one container that name the same student in different ways, with how the others are spelled.

        Folders and names only: an LMS's own number says who it is, however the name beside it is written.
        """
        meant: dict[str, set[Claim]] = {}
        for claim in {claim for submitted in found for claim in submitted.claims}:
            if self.roster and self.roster.knows(claim):
                continue
            if claim.ids and not self.roster:
                continue
            student = self.roster.match(claim) if self.roster else None
            name = student.id if student else unicodedata.normalize("NFKC", claim.label)
            meant.setdefault(name.casefold(), set()).add(claim)
        return {
            claim: " and ".join(sorted(described(other) for other in claims if other != claim))
            for claims in meant.values()
            if len({claim.ids or claim.label for claim in claims}) > 1
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

    def enrolled(self, name: str) -> bool:
        """Whether a bare name is that of one student of the roster."""
        return bool(self.roster and self.roster.match(Claim(name, (("any", name),))))

    def identify(self, claim: Claim) -> Student | None:
        """The student behind a claim: the roster's, or a new one called as it says; None for an impossible name."""
        if claim not in self.claims:
            self.claims[claim] = self.identified(claim)
        return self.claims[claim]

    def identified(self, claim: Claim) -> Student | None:
        label = unicodedata.normalize("NFC", claim.label)
        if not shows(label) or not label.strip():
            self.refuse(claim.label, "has a name with characters that cannot be shown; rename it")
            return None
        other = self.spelled.setdefault(label.casefold(), claim)
        student = self.roster.match(claim) if self.roster else None
        if role := role_of(claim, student):
            self.staff[claim] = role
            return None
        if student is not None and is_another(claim, student):
            what = f"has the number of {line(student.id)} and another name, so it counts for neither"
            self.refuse(claim.label, f"{what}; for a group name its members with --members")
        elif student is not None:
            named = any(kind == "name" for kind, _ in claim.known)
            if self.roster and claim.ids and named and not self.roster.knows(claim):
                self.by_name[claim.label] = student.id
            return student
        elif self.roster and (candidates := self.roster.candidates(claim)):
            names = " and ".join(line(one.id) for one in candidates)
            self.refuse(claim.label, f"fits {names} on the roster alike, so it counts for none; rename it")
        if self.roster and label.casefold() in self.roster.ids:  # it was found to be another one, or nobody for sure
            label = f"{label} (?)"
        fields = dict(claim.known)
        if (known := self.strangers.same(claim)) is not None:
            return known
        number = fields.get("canvas_id") or fields.get("d2l_id") or fields.get("identifier", "")
        apart = number and (self.roster is not None or other != claim or self.strangers.hold(label, claim))
        return Student(f"{label} ({number})" if apart else label, fields=fields)

    def no_student(self, claims: tuple[Claim, ...]) -> str:
        """What to say of a file whose owner is a test user, an instructor or a TA; "" for a student's."""
        for claim in claims:
            if plain(claim.label) not in self.groups and self.identify(claim) is None and claim in self.staff:
                return f"is of {line(claim.label)}, who is no student ({line(self.staff[claim])})"
        return ""

    def of(self, claims: tuple[Claim, ...]) -> list[Student]:
        """The wanted students behind the claims of one file; of a group, its members."""
        found: list[Student] = []
        for claim in claims:
            members = self.groups.get(plain(claim.label))
            one = None if members else self.identify(claim)
            found += members or ([one] if one else [])
        wanted = [student for student in found if self.wants(student)]
        self.students.update((student.id, student) for student in wanted)
        return wanted


class Strangers:
    """Who handed in earlier in the term and is on no roster: the same number is the same person, another one is not.

    Moodle's numbers are others in each assignment, so only its names are left to go by.
    """

    def __init__(self, people: Iterable[Student]) -> None:
        self.numbers: dict[tuple[str, str], Student] = {}
        self.labels: dict[str, list[Student]] = {}
        for one in people:
            label = re.sub(r" \(\d+\)$", "", one.id).casefold()
            self.labels.setdefault(label, []).append(one)
            self.numbers.update({(kind, plain(one.fields[kind])): one for kind in LASTING if kind in one.fields})

    def same(self, claim: Claim) -> Student | None:
        """Who had the claim's number before."""
        return next((self.numbers[place] for kind, v in claim.ids if (place := (kind, plain(v))) in self.numbers), None)

    def hold(self, label: str, claim: Claim) -> bool:
        """Whether a label is somebody's already who has another number, or that of several people."""
        held = self.labels.get(label.casefold(), [])
        other = any(kind in one.fields for one in held for kind, _ in claim.ids if kind in LASTING)
        return other or len(held) > 1


def role_of(claim: Claim, student: Student | None) -> str:
    """What a person is who is no student; "" for a student. Canvas's test student may stand on no roster."""
    if student is None:
        return "test user" if claim.ids and TEST_USER.fullmatch(plain(claim.label)) else ""
    return student.role


def described(claim: Claim) -> str:
    """A claim in a sentence, with its number where it has one."""
    return line(claim.label) + (f" ({line(claim.ids[-1][1])})" if claim.ids else "")


def is_another(claim: Claim, student: Student) -> bool:
    """Whether a Moodle number that fits a student comes with a name that is neither theirs nor `Participant`.

    The number in the name of a group's folder is the group's own, and may be somebody's participant number.
    """
    if not claim.ids or claim.ids[0][0] != "identifier" or not student.name:
        return False
    label, theirs = plain(claim.label), plain(student.name)
    blind = re.sub(r"\d+$", "", plain(student.fields.get("identifier", "")))
    if label == blind or set(re.split(r"\W+", claim.label.casefold())) & set(re.split(r"\W+", student.name.casefold())):
        return False
    return difflib.SequenceMatcher(None, label, theirs).ratio() < ALIKE
