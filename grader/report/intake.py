"""From what the LMS gave to one copy per (student, unit, attempt): files are copied as bytes, never imported or run.

    intake = Intake(exercises, quizzes, roster, book)
    intake.take(Path("submissions/"))

Then `intake.works()`, `intake.refusals` and `intake.students` are what was found.
"""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from grader.course import Exercise
from grader.disposable import SOURCE_CAP, Children
from grader.errors import SubmissionError, UsageError
from grader.report.archive import Archive
from grader.report.folder import ARCHIVE_CAP, Folder
from grader.report.gradebook import Gradebook
from grader.report.lms import Handin, from_lms, handins
from grader.report.naming import Match, Naming
from grader.report.roster import Claim, Roster, Student
from grader.report.safe import line, visible
from grader.report.works import Refusal, Work

NESTING = 2
CODE = (".py", ".ipynb")


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
        self.students: dict[str, Student] = {s.id: s for s in roster.students} if roster and not only else {}
        self.refusals: list[Refusal] = []
        self.claims: dict[Claim, Student | None] = {}
        self.spelled: dict[str, Claim] = {}
        self.attempts: dict[tuple[str, str], list[tuple[int, float, Work]]] = {}

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
        entries = container.entries()
        wanted: dict[int, list[tuple[Handin, Match, list[Student]]]] = {SOURCE_CAP: [], ARCHIVE_CAP: []}
        if self.only and stem.casefold() == self.only.casefold():
            found = [Handin((Claim(self.only, (("any", self.only),)),), e, e.parts, e.time) for e in entries]
        else:
            found = list(handins(container, entries, stem))
        for handin in found:
            match = self.naming.match(handin.parts)
            if not handin.claims:
                if match and match.kind == "archive":
                    self.flat_archive(container, handin, where)
                elif match or notable(handin):
                    reason = handin.entry.problem or "lies beside the students' folders, not in one"
                    self.refuse([], handin.entry.path, reason)
                continue
            if match and handin.entry.problem and not handin.claims[0].label:
                self.refuse([], handin.entry.path, handin.entry.problem)
                continue
            students = [s for s in map(self.identify, handin.claims) if s and self.wants(s)]
            self.students.update((s.id, s) for s in students)
            if match is None and students and notable(handin):
                reason = handin.entry.problem or "no exercise asks for a file of this name"
                self.refuse(students, handin.entry.path, reason, wanted=bool(handin.entry.problem))
            elif match and students:
                cap = ARCHIVE_CAP if match.kind == "archive" else SOURCE_CAP
                wanted[cap].append((handin, match, students))
        for cap, files in wanted.items():
            meant = {handin.entry: (handin, match, students) for handin, match, students in files}
            for entry, data in container.read(list(meant), cap):
                handin, match, students = meant[entry]
                if isinstance(data, SubmissionError):
                    self.refuse(students, entry.path, data.what, match.unit)
                elif match.kind == "archive":
                    self.nested(students, handin, Archive(data, line(entry.path)))
                else:
                    self.accept(students, handin, match, data)

    def flat_archive(self, container: Folder | Archive, handin: Handin, where: str) -> None:
        """A zip that lies flat: one of the LMS's own, or a student's, who is then called as the file is."""
        stem = handin.parts[-1].rpartition(".")[0]
        origin = container.root / handin.entry.path if isinstance(container, Folder) else b""
        try:
            if handin.entry.problem:
                raise SubmissionError(handin.entry.problem)
            for _, data in container.read([handin.entry], ARCHIVE_CAP) if origin == b"" else ():
                if isinstance(data, SubmissionError):
                    raise data
                origin = data
            archive = Archive(origin, f"{where}/{line(handin.entry.path)}")
            if from_lms(archive.entries(), stem):
                self.open(archive, stem, archive.name)
                return
            student = self.identify(Claim(stem, (("any", stem),)))
            if student and self.wants(student):
                self.students[student.id] = student
                self.nested([student], handin, archive)
        except SubmissionError as error:
            self.refuse([], handin.entry.path, error.what)

    def nested(self, students: list[Student], handin: Handin, archive: Archive, depth: int = 1) -> None:
        """A zip that a student handed in; its files have the time at which the zip was handed in."""
        try:
            entries = archive.entries()
        except SubmissionError as error:
            self.refuse(students, handin.entry.path, error.what)
            return
        for entry in entries:
            path = f"{handin.entry.path}/{entry.path}"
            match = self.naming.match(entry.parts)
            if match is None:
                continue
            for _, inner in archive.read([entry], ARCHIVE_CAP if match.kind == "archive" else SOURCE_CAP):
                inside = Handin(handin.claims, type(entry)(path, handin.time), entry.parts, handin.time, handin.order)
                if isinstance(inner, SubmissionError):
                    self.refuse(students, path, inner.what, match.unit)
                elif match.kind != "archive":
                    self.accept(students, inside, match, inner)
                elif depth < NESTING:
                    self.nested(students, inside, Archive(inner, line(path)), depth + 1)
                else:
                    self.refuse(students, path, f"is an archive inside {NESTING} others")

    def accept(self, students: list[Student], handin: Handin, match: Match, data: bytes) -> None:
        """Keeps one wanted file, as a module if it is a notebook."""
        path = handin.entry.path
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
        for student in students:
            work = Work(student.id, match.unit, 0, visible(path), match.kind, handin.time, sha256, notebook)
            self.attempts.setdefault((student.id, match.unit), []).append((handin.order, handin.time or 0.0, work))

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
        found = []
        for attempts in self.attempts.values():
            seen: dict[str, Work] = {}
            for _, _, work in sorted(attempts, key=lambda one: (one[0], one[1], one[2].path)):
                seen.setdefault(work.sha256, work)
            for number, work in enumerate(seen.values(), 1):
                found.append(Work(**{**vars(work), "attempt": number}))
        return sorted(found, key=lambda work: (work.student, work.unit, work.attempt))

    def wants(self, student: Student) -> bool:
        return self.only is None or self.only.casefold() == student.id.casefold()

    def refuse(self, students: list[Student], path: str, reason: str, unit: str = "", wanted: bool = True) -> None:
        shown = line(path)
        names = [student.id for student in students] or [""]
        self.refusals += [Refusal(name, shown, reason, unit, wanted) for name in names]

    def identify(self, claim: Claim) -> Student | None:
        """The student behind a claim: the roster's, or a new one called as it says; None for an impossible name."""
        if claim not in self.claims:
            self.claims[claim] = self.identified(claim)
        return self.claims[claim]

    def identified(self, claim: Claim) -> Student | None:
        label = unicodedata.normalize("NFC", claim.label)
        if not label.isprintable() or not label.strip():
            self.refuse([], claim.label, "has a name with characters that cannot be shown; rename it")
            return None
        folder = claim.known[:1] and claim.known[0][0] == "any"
        other = self.spelled.setdefault(label.casefold(), claim)
        if folder and other.label != claim.label:
            two = f"{line(other.label)} and {line(claim.label)}"
            raise UsageError(
                f"students {two} differ only in how the name is written", next="rename or merge the two folders"
            )
        student = self.roster.match(claim) if self.roster else None
        if student is not None:
            return student
        fields = dict(claim.known)
        number = fields.get("canvas_id") or fields.get("identifier", "")
        return Student(f"{label} ({number})" if number and other != claim else label, fields=fields)


def notable(handin: Handin) -> bool:
    """Whether an unwanted thing is told of: code, or a folder that could not be looked into."""
    name = handin.parts[-1]
    return name.endswith(CODE) or (bool(handin.entry.problem) and "." not in name)


def plain_lines(data: bytes) -> bytes:
    """The bytes with Unix line ends and none at the end."""
    return data.replace(b"\r\n", b"\n").rstrip()
