"""Reads what known owners handed in: the files that units ask for, the zips around them, and what lies beside them."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any

from grader.base.errors import SubmissionError
from grader.base.text import line, visible
from grader.course.exercise import Exercise
from grader.course.submission import NOTEBOOK_CAP, encoded, notebook_options
from grader.disposable import SOURCE_CAP, Children
from grader.report.gradebook.attempts import Attempt
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student, Work
from grader.report.intake.archive import Archive
from grader.report.intake.caps import FILES, Volume
from grader.report.intake.checkout import commit_time
from grader.report.intake.companions import Companions, Owned
from grader.report.intake.folder import ARCHIVE_CAP, Folder
from grader.report.intake.ledger import Ledger
from grader.report.intake.leftover import Leftover, leftover
from grader.report.intake.lms import SubmissionFile, is_aside
from grader.report.intake.naming import Match, Naming
from grader.report.intake.times import Times

NESTING = 2
CAPS = {"notebook": NOTEBOOK_CAP, "archive": ARCHIVE_CAP}


class Taker:
    """Takes files into the ledger and the gradebook, one container after the other.

    `number` and `where` are the place and the name of the path that is being read.
    """

    def __init__(
        self, units: Iterable[Exercise], naming: Naming, times: Times, book: Gradebook, ledger: Ledger
    ) -> None:
        self.stubs = {e.id: plain_lines(e.stub.read_bytes()) for e in units if e.stub.is_file()}
        self.units = {exercise.id: exercise for exercise in units}
        self.naming = naming
        self.times = times
        self.book = book
        self.ledger = ledger
        self.read_notebook = NotebookReaders(units)
        self.number = 0
        self.where = ""
        self.volume = Volume()
        self.over_caps: set[tuple[str, ...]] = set()

    def sorted(self, submitted: SubmissionFile) -> tuple[Match | None, Leftover | None]:
        """What a file is wanted as, or else what is to be said about it."""
        if why := submitted.entry.passed or submitted.note:
            name = submitted.parts[-1].lstrip("._")
            asked = self.naming.match((*submitted.parts[:-1], name)) if name else None
            return None, Leftover(why, asked.unit if asked else "", quiet=True)
        match = self.naming.match(submitted.sought)
        return match, None if match else leftover(submitted.sought, self.naming, submitted.entry.problem)

    def nested(self, students: list[Student], outer: SubmissionFile, archive: Archive, depth: int = 1) -> None:
        """A zip that a student handed in; its files have the time at which the zip was handed in."""
        try:
            entries = archive.entries()
            self.volume.add([student.id for student in students], members=len(entries))
        except SubmissionError as error:
            self.ledger.refuse(students, outer.path, error.what)
            return
        inside = [
            replace(outer, entry=replace(entry, time=outer.entry.time), parts=entry.parts, within=f"{outer.path}/")
            for entry in entries
        ]
        self.take_files(archive, [(one, students) for one in inside], depth, FILES + 1)

    def take_files(self, container: Folder | Archive, owned: list[Owned], depth: int = 0, most: int = 1 << 30) -> None:
        """Takes the files of known owners: reads what is wanted, looks into zips, lists the others."""
        wanted: dict[int, list[tuple[SubmissionFile, Match, list[Student]]]] = {}
        rests: list[tuple[SubmissionFile, list[Student], Leftover]] = []
        for submitted, students in owned:
            match, rest = self.sorted(submitted)
            if match:
                wanted.setdefault(self.cap(match), []).append((submitted, match, students))
            elif rest:
                rests.append((submitted, students, rest))
        beside = Companions(self.book, self.ledger, self.within_caps, owned, self.units)
        for cap, files in wanted.items():
            meant = {submitted.entry: (submitted, match, students) for submitted, match, students in files[:most]}
            for entry, data in container.read(list(meant), cap):
                submitted, match, students = meant[entry]
                if isinstance(data, SubmissionError):
                    self.ledger.refuse(students, submitted.path, data.what, match.unit)
                elif not self.within_caps(students, submitted.path, data):
                    continue
                elif match.kind != "archive":
                    self.accept(students, submitted, match, data, container, beside)
                elif depth == NESTING:
                    self.ledger.refuse(students, submitted.path, f"is an archive inside {NESTING} others")
                else:
                    self.nested(students, submitted, Archive(data, line(submitted.path)), depth + 1)
        travelling = beside.settle(container)
        for submitted, students, rest in rests:
            if submitted.entry not in travelling:
                self.ledger.leave(students, submitted.path, rest)

    def cap(self, match: Match) -> int:
        """The most bytes that are read of a file: of code as many as `grader check` takes for the same exercise."""
        exercise = self.units.get(match.unit)
        return CAPS.get(match.kind) or (exercise.submission_cap if exercise else SOURCE_CAP)

    def accept(
        self, students: list[Student], submitted: SubmissionFile, match: Match, data: bytes,
        container: Folder | Archive, beside: Companions,
    ) -> None:  # fmt: skip
        """Keeps one wanted file, as a module if it is a notebook."""
        path = submitted.path
        alone = match.unit not in self.units or not self.units[match.unit].files
        if alone and plain_lines(data) == self.stubs.get(match.unit):
            self.ledger.refuse(students, path, "is the stub, unchanged", match.unit, wanted=False)
            return
        notebook, written = "", dict[str, bytes]()
        if match.kind == "notebook":
            try:
                notebook, sha256, written = self.module(match.unit, data)
            except SubmissionError as error:
                self.ledger.refuse(students, path, error.what, match.unit)
                return
        else:
            sha256 = self.book.keep_source(data)
        top = submitted.entry.parts[0] if not submitted.within and len(submitted.entry.parts) > 1 else ""
        commit = self.commit(container, top) if not submitted.lms else None
        for student in students:
            stamp = self.times.of(student, match.unit, submitted, commit, top)
            work = Work(
                student.id, match.unit, 0, visible(path), match.kind, stamp.time, sha256, notebook, "", match.rule,
                match.likeness, stamp.clock, stamp.late, self.where, name=visible(submitted.parts[-1]),
            )  # fmt: skip
            aside = any(map(is_aside, submitted.parts[:-1]))
            folders = self.naming.folders(submitted.parts, match.unit)
            self.ledger.take(Attempt(work, self.number, submitted.order, aside, folders))
        if match.kind != "answers":
            beside.add(submitted, students, match.unit, self.book.source(sha256), written)

    def commit(self, container: Folder | Archive, top: str) -> float | None:
        """The time of the last commit of the checkout that a file lies in; None if it lies in none."""
        if not isinstance(container, Folder) or not (container.is_checkout or top in container.checkouts):
            return None
        folders = () if container.is_checkout else (top,)
        if folders not in container.commits:
            container.commits[folders] = commit_time(container.root, folders)
        return container.commits[folders]

    def within_caps(self, students: list[Student], path: str, data: bytes) -> bool:
        """Whether one more file is read; the first one too many is refused for all that follow."""
        names = tuple(student.id for student in students)
        try:
            self.volume.add(names, files=1, size=len(data))
        except SubmissionError as error:
            if names not in self.over_caps:
                self.ledger.refuse(students, path, f"{error.what}, this one and others")
            self.over_caps.add(names)
            return False
        return True

    def module(self, unit: str, data: bytes) -> tuple[str, str, dict[str, bytes]]:
        """The sha256 of a notebook as this unit reads it and of the module inside it, and the files that it writes."""
        sha256 = hashlib.sha256(unit.encode() + b"\n" + data).hexdigest()
        answer = self.read_notebook(unit, data)
        source = encoded(answer["source"])
        cap = self.units[unit].submission_cap
        if len(source) > cap:
            raise SubmissionError(f"holds more than {cap >> 10} KiB of code")
        module = self.book.keep_source(source)
        self.book.keep_notebook(sha256, module, answer["lines"], answer["left_out"])
        return sha256, module, {name: encoded(text) for name, text in answer["written"].items()}


class NotebookReaders:
    """One bare Python for the notebooks of each unit, which knows the names that the unit asks for."""

    def __init__(self, units: Iterable[Exercise]) -> None:
        self.units = {exercise.id: exercise for exercise in units}
        self.readers: dict[str, Children] = {}

    def __enter__(self) -> "NotebookReaders":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for reader in self.readers.values():
            reader.__exit__(kind, error, tb)

    def __call__(self, unit: str, data: bytes) -> Any:
        """What a notebook holds for a unit; SubmissionError if it is none."""
        if unit not in self.readers:
            self.readers[unit] = Children("notebook", notebook_options(self.units[unit]))
        return self.readers[unit](data)


def plain_lines(data: bytes) -> bytes:
    """The bytes with Unix line ends and none at the end."""
    return data.replace(b"\r\n", b"\n").rstrip()
