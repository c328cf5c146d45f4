"""From what the LMS gave to one copy per (student, unit, attempt): files are copied as bytes, never imported or run.

    intake = Intake(exercises, quizzes, roster, book)
    intake.take(Path("submissions/"))

Then `intake.works()`, `intake.refusals` and `intake.students` are what was found.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grader.course import Exercise
from grader.disposable import SOURCE_CAP, Children
from grader.errors import SubmissionError, UsageError
from grader.report.archive import Archive
from grader.report.folder import ARCHIVE_CAP, Folder
from grader.report.gradebook import Gradebook
from grader.report.leftover import CODE, LISTED, Leftover, is_archive, leftover
from grader.report.lms import METADATA, Handin, at_the_top, folder_claim, from_lms, handins
from grader.report.naming import Match, Naming
from grader.report.roster import Claim, Roster, Student
from grader.report.safe import line, visible
from grader.report.works import Attempt, Refusal, Work, numbered

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
        self.students: dict[str, Student] = {s.id: s for s in roster.students} if roster and not only else {}
        self.refused: list[Refusal] = []
        self.unreadable: list[Refusal] = []
        self.left: dict[str, tuple[int, Refusal]] = {}
        self.claims: dict[Claim, Student | None] = {}
        self.spelled: dict[str, Claim] = {}
        self.attempts: dict[tuple[str, str], list[Attempt]] = {}
        self.opened = 0

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
        wanted: dict[int, list[tuple[Handin, Match, list[Student]]]] = {SOURCE_CAP: [], ARCHIVE_CAP: []}
        if self.only and stem.casefold() == self.only.casefold():
            found = [Handin((Claim(self.only, (("any", self.only),)),), e, e.parts, e.time) for e in entries]
        elif container.is_checkout and self.roster and self.roster.match(lone := folder_claim(stem, "", stem)):
            found = [Handin((lone,), e, e.parts, e.time) for e in entries]
        else:
            found = list(handins(container, entries, stem))
        doubtful = self.doubtful(found)
        for handin in found:
            if handin.parts[-1] == METADATA:
                if len(handin.entry.parts) > 1 and not at_the_top(handin.entry, entries):
                    self.refuse([], handin.entry.path, "lies in a student's part, where it decides nothing")
                continue
            match = self.naming.match(handin.parts)
            rest = None if match else leftover(handin.parts, self.naming, handin.entry.problem)
            if any(claim in doubtful for claim in handin.claims):
                if match or rest:
                    labels = ", ".join(line(claim.label) for claim in handin.claims)
                    others = next(doubtful[claim] for claim in handin.claims if claim in doubtful)
                    reason = f"{labels} and {others} are taken for one student; rename one of them"
                    self.refuse([], handin.entry.path, reason, wanted=bool(match or (rest and rest.wanted)))
                continue
            if not handin.claims:
                if match and match.kind == "archive":
                    self.flat_archive(container, handin, where)
                elif rest and is_archive(handin.parts[-1]):
                    if owner := self.called(handin.parts[-1].partition(".")[0]):
                        self.leave(owner, handin.entry.path, rest)
                elif match or rest:
                    reason = handin.entry.problem or "lies beside the students' folders, not in one"
                    coded = handin.parts[-1].casefold().endswith(CODE)
                    self.refuse([], handin.entry.path, reason, wanted=bool(match or coded or (rest and rest.wanted)))
                continue
            if match and handin.entry.problem and not handin.claims[0].label:
                self.refuse([], handin.entry.path, handin.entry.problem)
                continue
            students = [s for s in map(self.identify, handin.claims) if s and self.wants(s)]
            self.students.update((s.id, s) for s in students)
            if rest and students:
                self.leave(students, handin.entry.path, rest)
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
        """A zip that lies flat in a folder is a student's, who is called as the file is.

        It decides nothing about others, so one that looks like an LMS's own is not looked into.
        """
        stem = handin.parts[-1].rpartition(".")[0]
        origin = container.root / handin.entry.path if isinstance(container, Folder) else b""
        owner = self.called(stem)
        if not owner:
            return
        try:
            if handin.entry.problem:
                raise SubmissionError(handin.entry.problem)
            for _, data in container.read([handin.entry], ARCHIVE_CAP) if origin == b"" else ():
                if isinstance(data, SubmissionError):
                    raise data
                origin = data
            archive = Archive(origin, f"{where}/{line(handin.entry.path)}")
            if from_lms(archive.entries(), stem):
                raise SubmissionError("looks like the download of a whole class; give such a zip by itself")
            self.nested(owner, handin, archive)
        except SubmissionError as error:
            self.refuse(owner, handin.entry.path, error.what)

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
                if rest := leftover(entry.parts, self.naming, entry.problem):
                    self.leave(students, path, rest)
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
        base = path.removesuffix("/".join(handin.parts))
        for student in students:
            work = Work(student.id, match.unit, 0, visible(path), match.kind, handin.time, sha256, notebook)
            attempt = Attempt(work, handin.order, (self.opened, base), len(handin.parts))
            self.attempts.setdefault((student.id, match.unit), []).append(attempt)

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

    def doubtful(self, found: list[Handin]) -> dict[Claim, str]:
        """Claims of one container that name the same student in different ways, with how the others are spelled.

        Folders and names only: an LMS's own number says who it is, however the name beside it is written.
        """
        meant: dict[str, set[Claim]] = {}
        for claim in {claim for handin in found for claim in handin.claims}:
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
            self.refuse([], claim.label, "has a name with characters that cannot be shown; rename it")
            return None
        other = self.spelled.setdefault(label.casefold(), claim)
        student = self.roster.match(claim) if self.roster else None
        if student is not None:
            return student
        if self.roster and (rivals := self.roster.rivals(claim)):
            names = " and ".join(line(one.id) for one in rivals)
            self.refuse([], claim.label, f"fits {names} on the roster alike, so it counts for none; rename it")
        fields = dict(claim.known)
        number = fields.get("canvas_id") or fields.get("identifier", "")
        return Student(f"{label} ({number})" if number and other != claim else label, fields=fields)


def plain_lines(data: bytes) -> bytes:
    """The bytes with Unix line ends and none at the end."""
    return data.replace(b"\r\n", b"\n").rstrip()
