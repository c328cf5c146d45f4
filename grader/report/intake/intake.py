"""From what the LMS gave to one copy per (student, unit, attempt): files are copied as bytes, never imported or run.

    intake = Intake(exercises, quizzes, roster, book)
    intake.take(Path("submissions/"))

Then `intake.works()`, `intake.refusals` and `intake.students` are what was found.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grader.base.errors import SubmissionError, UsageError
from grader.base.text import line, visible
from grader.course.exercise import Exercise
from grader.disposable import SOURCE_CAP, Children
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Attempt, Refusal, Student, Work, numbered
from grader.report.intake.archive import Archive
from grader.report.intake.caps import FILES, Volume
from grader.report.intake.folder import ARCHIVE_CAP, Folder
from grader.report.intake.leftover import CODE, LISTED, Leftover, is_archive, leftover
from grader.report.intake.lms import METADATA, SubmissionFile, at_the_top, folder_claim, from_lms, submission_files
from grader.report.intake.naming import Match, Naming
from grader.report.intake.owners import Owners
from grader.report.intake.roster import Claim, Roster

NESTING = 2


class Intake:
    """Collects works and refusals from one or more paths into a gradebook, of one student only if `only` says whom."""

    def __init__(
        self,
        exercises: Iterable[Exercise],
        quizzes: Iterable[str],
        roster: Roster | None,
        book: Gradebook,
        only: str | None = None,
    ) -> None:
        units = list(exercises)
        self.naming = Naming(units, quizzes)
        self.stubs = {e.id: plain_lines(e.stub.read_bytes()) for e in units if e.stub.is_file()}
        self.roster = roster
        self.book = book
        self.only = only
        self.read_notebook = Children("notebook")
        self.owners = Owners(roster, only, lambda label, reason: self.refuse([], label, reason))
        self.refused: list[Refusal] = []
        self.unreadable: list[Refusal] = []
        self.left: dict[str, tuple[int, Refusal]] = {}
        self.attempts: dict[tuple[str, str], list[Attempt]] = {}
        self.opened = 0
        self.volume = Volume()
        self.over_caps: set[tuple[str, ...]] = set()

    def take(self, path: Path) -> None:
        """Takes in a folder or a zip. UsageError if it is missing or no zip, or names two students alike."""
        where = line(str(path))
        try:
            if path.is_dir():
                self.open(Folder(path), path.resolve().name, where)
            elif path.suffix.casefold() == ".zip" and path.is_file():
                self.open(Archive(path, where), path.stem, where)
            else:
                missing = "is neither a folder nor a .zip" if path.exists() else "no such file or folder"
                raise UsageError(missing, where, "give the folder of submissions or the LMS's zip")
        except SubmissionError as error:
            raise UsageError(error.what, where, "download it from the LMS again") from None

    def open(self, container: Folder | Archive, stem: str, where: str) -> None:
        """Takes in everything of one folder or archive."""
        self.opened += 1
        entries = container.entries()
        wanted: dict[int, list[tuple[SubmissionFile, Match, list[Student]]]] = {SOURCE_CAP: [], ARCHIVE_CAP: []}
        if self.only and stem.casefold() == self.only.casefold():
            found = [SubmissionFile((Claim(self.only, (("any", self.only),)),), e, e.parts, e.time) for e in entries]
        elif container.is_checkout and self.roster and self.roster.match(lone := folder_claim(stem, "", stem)):
            found = [SubmissionFile((lone,), e, e.parts, e.time) for e in entries]
        else:
            found = list(submission_files(container, entries, stem))
        doubtful = self.owners.doubtful(found)
        for submitted in found:
            if submitted.parts[-1] == METADATA:
                if len(submitted.entry.parts) > 1 and not at_the_top(submitted.entry, entries):
                    self.refuse([], submitted.entry.path, "lies in a student's part, where it decides nothing")
                continue
            match = self.naming.match(submitted.parts)
            rest = None if match else leftover(submitted.parts, self.naming, submitted.entry.problem)
            if any(claim in doubtful for claim in submitted.claims):
                if match or rest:
                    labels = ", ".join(line(claim.label) for claim in submitted.claims)
                    others = next(doubtful[claim] for claim in submitted.claims if claim in doubtful)
                    reason = f"{labels} and {others} are taken for one student; rename one of them"
                    self.refuse([], submitted.entry.path, reason, wanted=bool(match or (rest and rest.wanted)))
                continue
            if not submitted.claims:
                if match and match.kind == "archive":
                    self.flat_archive(container, submitted, where)
                elif rest and is_archive(submitted.parts[-1]):
                    if owner := self.owners.called(submitted.parts[-1].partition(".")[0]):
                        self.leave(owner, submitted.entry.path, rest)
                elif match or rest:
                    reason = submitted.entry.problem or "lies beside the students' folders, not in one"
                    coded = submitted.parts[-1].casefold().endswith(CODE)
                    self.refuse([], submitted.entry.path, reason, wanted=bool(match or coded or (rest and rest.wanted)))
                continue
            if match and submitted.entry.problem and not submitted.claims[0].label:
                self.refuse([], submitted.entry.path, submitted.entry.problem)
                continue
            students = self.owners.of(submitted.claims)
            if rest and students:
                self.leave(students, submitted.entry.path, rest)
            elif match and students:
                cap = ARCHIVE_CAP if match.kind == "archive" else SOURCE_CAP
                wanted[cap].append((submitted, match, students))
        for cap, files in wanted.items():
            meant = {submitted.entry: (submitted, match, students) for submitted, match, students in files}
            for entry, data in container.read(list(meant), cap):
                submitted, match, students = meant[entry]
                if isinstance(data, SubmissionError):
                    self.refuse(students, entry.path, data.what, match.unit)
                elif match.kind != "archive":
                    self.accept(students, submitted, match, data)
                elif self.within_caps(students, entry.path, data):
                    self.nested(students, submitted, Archive(data, line(entry.path)))

    def flat_archive(self, container: Folder | Archive, submitted: SubmissionFile, where: str) -> None:
        """A zip that lies flat in a folder is a student's, who is called as the file is.

        It decides nothing about others, so one that looks like an LMS's own is not looked into.
        """
        stem = submitted.parts[-1].rpartition(".")[0]
        origin = container.root / submitted.entry.path if isinstance(container, Folder) else b""
        owner = self.owners.called(stem)
        if not owner:
            return
        try:
            if submitted.entry.problem:
                raise SubmissionError(submitted.entry.problem)
            for _, data in container.read([submitted.entry], ARCHIVE_CAP) if origin == b"" else ():
                if isinstance(data, SubmissionError):
                    raise data
                origin = data
            archive = Archive(origin, f"{where}/{line(submitted.entry.path)}")
            if from_lms(archive.entries(), stem):
                raise SubmissionError("looks like the download of a whole class; give such a zip by itself")
            self.nested(owner, submitted, archive)
        except SubmissionError as error:
            self.refuse(owner, submitted.entry.path, error.what)

    def nested(self, students: list[Student], submitted: SubmissionFile, archive: Archive, depth: int = 1) -> None:
        """A zip that a student handed in; its files have the time at which the zip was handed in."""
        try:
            entries = archive.entries()
            self.volume.add([student.id for student in students], members=len(entries))
        except SubmissionError as error:
            self.refuse(students, submitted.entry.path, error.what)
            return
        matches = {}
        for entry in entries:
            if match := self.naming.match(entry.parts):
                matches[entry] = match
            elif rest := leftover(entry.parts, self.naming, entry.problem):
                self.leave(students, f"{submitted.entry.path}/{entry.path}", rest)
        for cap in (SOURCE_CAP, ARCHIVE_CAP):
            meant = [entry for entry, match in matches.items() if (match.kind == "archive") == (cap == ARCHIVE_CAP)]
            for entry, inner in archive.read(meant[: FILES + 1], cap):
                match, path = matches[entry], f"{submitted.entry.path}/{entry.path}"
                inside = SubmissionFile(
                    submitted.claims, type(entry)(path, submitted.time), entry.parts, submitted.time, submitted.order
                )
                if isinstance(inner, SubmissionError):
                    self.refuse(students, path, inner.what, match.unit)
                elif match.kind != "archive":
                    self.accept(students, inside, match, inner)
                elif depth == NESTING:
                    self.refuse(students, path, f"is an archive inside {NESTING} others")
                elif self.within_caps(students, path, inner):
                    self.nested(students, inside, Archive(inner, line(path)), depth + 1)

    def accept(self, students: list[Student], submitted: SubmissionFile, match: Match, data: bytes) -> None:
        """Keeps one wanted file, as a module if it is a notebook."""
        path = submitted.entry.path
        if not self.within_caps(students, path, data):
            return
        if plain_lines(data) == self.stubs.get(match.unit):
            self.refuse(students, path, "is the stub, unchanged", match.unit, wanted=False)
            return
        notebook = ""
        sha256 = self.book.keep_source(data)
        if match.kind == "notebook":
            try:
                notebook, sha256 = sha256, self.module(sha256, data)
            except SubmissionError as error:
                self.refuse(students, path, error.what, match.unit)
                return
        base = path.removesuffix("/".join(submitted.parts))
        for student in students:
            work = Work(student.id, match.unit, 0, visible(path), match.kind, submitted.time, sha256, notebook)
            attempt = Attempt(work, submitted.order, (self.opened, base), len(submitted.parts))
            self.attempts.setdefault((student.id, match.unit), []).append(attempt)

    def within_caps(self, students: list[Student], path: str, data: bytes) -> bool:
        """Whether one more file is read; the first one too many is refused for all that follow."""
        names = tuple(student.id for student in students)
        try:
            self.volume.add(names, files=1, size=len(data))
        except SubmissionError as error:
            if names not in self.over_caps:
                self.refuse(students, path, f"{error.what}, this one and others")
            self.over_caps.add(names)
            return False
        return True

    def module(self, sha256: str, data: bytes) -> str:
        """The sha256 of the module inside a notebook, extracted once in a disposable child."""
        known = self.book.notebook(sha256)
        if known:
            return known[0]
        answer = self.read_notebook(data)
        module = self.book.keep_source(answer["source"].encode("utf-8", "surrogatepass"))
        self.book.keep_notebook(sha256, module, answer["lines"], answer["left_out"])
        return module

    def works(self) -> list[Work]:
        """Every attempt, numbered from 1 in the order of handing in; the same bytes twice are one attempt."""
        found = [work for attempts in self.attempts.values() for work in numbered(attempts)]
        return sorted(found, key=lambda work: (work.student, work.unit, work.attempt))

    @property
    def students(self) -> dict[str, Student]:
        """Everybody met so far, and who else is on the roster, by id."""
        return self.owners.students

    @property
    def refusals(self) -> list[Refusal]:
        """All that was not taken; a file no grader reads costs nothing where the student handed in another one."""
        unread = [replace(one, wanted=(one.student, one.unit) not in self.attempts) for one in self.unreadable]
        return self.refused + unread + [summary for count, summary in self.left.values() if count > LISTED]

    def refuse(self, students: list[Student], path: str, reason: str, unit: str = "", wanted: bool = True) -> None:
        shown = line(path)
        names = [student.id for student in students] or [""]
        self.refused += [Refusal(name, shown, reason, unit, wanted) for name in names]

    def leave(self, students: list[Student], path: str, rest: Leftover) -> None:
        """Lists what nothing asks for, and only counts it where one student has very much of it."""
        for name in [student.id for student in students] or [""]:
            count, before = self.left.get(name, (0, None))
            wanted = rest.wanted or bool(before and before.wanted)
            more = f"and {count + 1 - LISTED} more files that nothing asks for"
            self.left[name] = (count + 1, Refusal(name, "…", more, "", wanted))
            if count < LISTED:
                kept = self.unreadable if rest.unit else self.refused
                kept.append(Refusal(name, line(path), rest.reason, rest.unit, rest.wanted))


def plain_lines(data: bytes) -> bytes:
    """The bytes with Unix line ends and none at the end."""
    return data.replace(b"\r\n", b"\n").rstrip()
