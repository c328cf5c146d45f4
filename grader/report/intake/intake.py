"""From what the LMS gave to one copy per (student, unit, attempt): files are copied as bytes, never imported or run.

    intake = Intake(exercises, quizzes, roster, book)
    intake.take(Path("submissions/"))

Then `intake.works()`, `intake.refusals` and `intake.students` are what was found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.base.errors import SubmissionError, UsageError
from grader.base.text import line
from grader.course.exercise import Exercise
from grader.report.gradebook.deliveries import Delivery
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Refusal, Student, Work
from grader.report.intake.archive import Archive
from grader.report.intake.companions import Owned
from grader.report.intake.folder import ARCHIVE_CAP, Folder
from grader.report.intake.ledger import Ledger
from grader.report.intake.leftover import CODE, is_archive
from grader.report.intake.lms import METADATA, Reading, SubmissionFile, at_the_top, folder_claim, from_lms
from grader.report.intake.naming import Naming
from grader.report.intake.opening import Opened, judge, opened
from grader.report.intake.owners import Owners
from grader.report.intake.roster import Claim, Roster
from grader.report.intake.taker import Taker
from grader.report.intake.times import Times


@dataclass(frozen=True)
class Instructions:
    """What the instructor states about the files: name patterns and their units, who is in which group, times.

    `strangers` are those who submitted earlier in the term and were on no roster.
    `downloads`: every archive is an LMS's download of a class, whatever it is called. `aside` are the instructor's own
    files, which may lie in the class's folder.
    """

    patterns: Sequence[tuple[str, str]] = ()
    groups: Mapping[str, list[Student]] = field(default_factory=dict)
    times: Times = field(default_factory=Times)
    downloads: bool = False
    strangers: Sequence[Student] = ()
    aside: frozenset[Path] = frozenset()


class Intake:
    """Collects works and refusals from one or more paths into a gradebook, of one student only if `only` says whom."""

    def __init__(
        self,
        exercises: Iterable[Exercise],
        quizzes: Iterable[str],
        roster: Roster | None,
        book: Gradebook,
        only: str | None = None,
        instructions: Instructions | None = None,
    ) -> None:
        units = list(exercises)
        self.instructions = instructions or Instructions()
        self.naming = Naming(units, quizzes, self.instructions.patterns)
        self.roster = roster
        self.only = only
        self.ledger = Ledger()
        self.owners = Owners(
            roster,
            only,
            lambda label, why: self.ledger.refuse([], label, why),
            self.instructions.groups,
            self.instructions.strangers,
        )
        self.reading = Reading(self.instructions.times.zone, self.unit_of, self.owners.enrolled, self.naming.is_unit)
        self.taker = Taker(units, self.naming, self.instructions.times, book, self.ledger)
        self.read_notebook = self.taker.read_notebook
        self.lone: dict[str, str] = {}
        self.by_folder: list[Refusal] = []  # zips credited to somebody else than they are called
        self.deliveries: list[Delivery] = []

    def unit_of(self, parts: tuple[str, ...]) -> str:
        """What a file is handed in for by its name; "" for nothing."""
        match = self.naming.match(parts)
        return match.unit if match else ""

    def take(self, *paths: Path) -> None:
        """Takes in folders and zips, one after the other: what comes later was handed in later.

        UsageError if one is missing or no zip.
        """
        given = []
        for path in paths:
            where = line(str(path))
            try:
                given.append(opened(path, where, self.instructions.aside))
            except SubmissionError as error:
                raise UsageError(error.what, where, "download it from the LMS again") from None
        if not self.instructions.downloads:
            judge(given, self.reading, self.owners)
        self.lone |= {s.id: one.where for one in given if one.lone for s in self.owners.called(one.stem)}
        for one in given:
            self.taker.number += 1
            self.taker.where = self.ledger.where = one.where
            self.deliveries.append(Delivery(one.where, one.fingerprint, (self.only or "").casefold()))
            try:
                if one.contested:
                    self.ledger.refuse([], one.where, one.contested)
                    continue
                self.open_lone(one) if one.lone or one.refused else self.open(one)
            except SubmissionError as error:
                raise UsageError(error.what, one.where, "download it from the LMS again") from None

    def open_lone(self, one: Opened) -> None:
        """A zip or folder given by name that is one student's."""
        owner = self.owners.called(one.stem)
        if owner and one.refused:
            self.ledger.refuse(owner, one.where, one.refused)
        elif owner:
            claim = Claim(one.stem, (("any", one.stem),))
            self.taker.take_files(one.container, [(SubmissionFile((claim,), e, e.parts), owner) for e in one.entries])

    def open(self, one: Opened) -> None:
        """Takes in everything of one folder or archive."""
        container, entries, stem = one.container, one.entries, one.stem
        if self.only and stem.casefold() == self.only.casefold():
            found = [SubmissionFile((Claim(self.only, (("any", self.only),)),), e, e.parts) for e in entries]
        elif container.is_checkout and self.roster and self.roster.match(lone := folder_claim(stem, "", stem)):
            found = [SubmissionFile((lone,), e, e.parts) for e in entries]
        else:
            found = list(self.reading.files(container, entries, stem))
        doubtful = self.owners.doubtful([replace(s, claims=s.claims or self.called(s)) for s in found])
        owned: list[Owned] = []
        for submitted in found:
            problem = submitted.entry.problem
            if submitted.parts[-1] == METADATA:
                if len(submitted.entry.parts) > 1 and not at_the_top(submitted.entry, entries):
                    self.ledger.refuse([], submitted.path, "lies in a student's part, where it decides nothing")
            elif not submitted.claims:
                self.unclaimed(one, submitted, doubtful)
            elif problem and not submitted.claims[0].label:
                self.ledger.refuse([], submitted.path, problem)
            elif reason := self.contested(one, submitted, doubtful):
                match, rest = self.taker.sorted(submitted)
                if match or (rest and not rest.quiet):
                    self.ledger.refuse([], submitted.path, reason, wanted=bool(match or (rest and rest.wanted)))
            elif reason := self.owners.no_student(submitted.claims):
                self.ledger.refuse([], submitted.path, reason, wanted=False)
            elif students := self.owners.of(submitted.claims):
                owned.append((submitted, students))
        if one.archive and not (self.roster or self.instructions.downloads or one.from_lms):
            self.note_owner(one, {student.id for _, students in owned for student in students})
        self.taker.take_files(container, owned)

    def note_owner(self, one: Opened, names: set[str]) -> None:
        """Lists a zip that one folder in it gives to somebody, where nothing tells whether its maker is that one."""
        if len(names) == 1 and one.stem.casefold() not in {name.casefold() for name in names}:
            what = "is taken for theirs by the folder in it, not by what the zip is called: nobody says who made it"
            self.by_folder += [Refusal(name, one.where, what, "", False, True) for name in names]

    def contested(self, one: Opened, submitted: SubmissionFile, doubtful: Mapping[Claim, str]) -> str:
        """Why a file is credited to nobody although it names somebody; "" if it is not so."""
        for claim in submitted.claims:
            if claim in doubtful:
                labels = ", ".join(line(claim.label) for claim in submitted.claims)
                return f"{labels} and {doubtful[claim]} are taken for one student; rename one of them"
            student = self.owners.identify(claim) if self.lone and not self.instructions.downloads else None
            if student and student.id in self.lone and one.archive:
                return f"speaks for {line(student.id)}, who was given by that name: {self.lone[student.id]} counts"
        return ""

    def called(self, submitted: SubmissionFile) -> tuple[Claim, ...]:
        """Whom a file that lies flat is named after: a zip may be a student's, who is called as it is."""
        match, _ = self.taker.sorted(submitted)
        stem = submitted.parts[-1].rpartition(".")[0]
        return (Claim(stem, (("any", stem),)),) if match and match.kind == "archive" else ()

    def unclaimed(self, one: Opened, submitted: SubmissionFile, doubtful: Mapping[Claim, str]) -> None:
        """A file that lies beside the students' folders."""
        match, rest = self.taker.sorted(submitted)
        stem = submitted.parts[-1].partition(".")[0]
        if claims := self.called(submitted):
            if reason := self.contested(one, replace(submitted, claims=claims), doubtful):
                self.ledger.refuse([], submitted.path, reason)
            elif owner := self.owners.called(claims[0].label):
                self.flat_archive(one, submitted, owner)
        elif rest and is_archive(submitted.parts[-1]):
            if owner := self.owners.called(stem):
                self.ledger.leave(owner, submitted.path, rest)
        elif match or (rest and not rest.quiet):
            reason = submitted.entry.problem or "lies beside the students' folders, not in one"
            coded = submitted.parts[-1].casefold().endswith(CODE)
            self.ledger.refuse([], submitted.path, reason, wanted=bool(match or coded or (rest and rest.wanted)))

    def flat_archive(self, outer: Opened, submitted: SubmissionFile, owner: list[Student]) -> None:
        """A student's zip that lies flat in a folder; one that looks like an LMS's own is not looked into."""
        container, where = outer.container, f"{outer.where}/{line(submitted.entry.path)}"
        origin: Path | bytes = b""
        try:
            if submitted.entry.problem:
                raise SubmissionError(submitted.entry.problem)
            if isinstance(container, Folder):
                origin = container.root / submitted.entry.path
            for _, data in container.read([submitted.entry], ARCHIVE_CAP) if origin == b"" else ():
                if isinstance(data, SubmissionError):
                    raise data
                origin = data
            archive = Archive(origin, where)
            if from_lms(archive.entries()):
                raise SubmissionError("looks like the download of a whole class; give such a zip by itself")
            self.taker.nested(owner, submitted, archive)
        except SubmissionError as error:
            self.ledger.refuse(owner, submitted.path, error.what)

    def works(self) -> list[Work]:
        """Every attempt, numbered from 1 in the order of handing in; the same bytes twice are one attempt."""
        return self.ledger.works

    def handed_in(self) -> list[Work]:
        """Every file that may be an attempt, in the order of handing in, the same bytes as often as they came."""
        return self.ledger.handed_in

    @property
    def students(self) -> dict[str, Student]:
        """Everybody met so far, and who else is on the roster, by id."""
        return self.owners.students

    @property
    def refusals(self) -> list[Refusal]:
        """All that was not taken, with its owner and the reason, and who was found by a name alone."""
        what = "was found on the roster by name alone: the roster has no column with this LMS's ids"
        named = sorted(self.owners.by_name.items())
        found = [Refusal(student, line(label), what, "", False, True) for label, student in named]
        around = "is taken for a folder around the class, not for a student: folders in it hold the same exercise"
        return (
            self.ledger.refusals
            + found
            + self.by_folder
            + [Refusal("", line(f), around, "", False, True) for f in self.reading.assumed]
        )
