"""Attaches to every work what lies beside its file and belongs to it; see `beside.py` for what that is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from grader.base.errors import SubmissionError
from grader.base.text import visible
from grader.course.beside import DEEP, FILE_CAP, ROUNDS, check_size, needed, travels
from grader.course.exercise import Exercise
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student
from grader.report.intake.archive import Archive
from grader.report.intake.folder import Entry, Folder
from grader.report.intake.ledger import Ledger
from grader.report.intake.lms import SubmissionFile
from grader.report.intake.naming import plain, spellings

Owned = tuple[SubmissionFile, list[Student]]


@dataclass
class Item:
    """One work to attach to: its file, owners, unit, code, and what was found to travel with it."""

    submitted: SubmissionFile
    students: list[Student]
    unit: str
    source: bytes
    names: dict[str, SubmissionFile]
    files: dict[str, bytes]


class Companions:
    """The works of one container and what they need; `fits` says whether one more file of a student is read.

    What an exercise asks for comes along whatever a work says, and what it gives is not taken from anybody.
    """

    def __init__(
        self, book: Gradebook, ledger: Ledger, fits: Callable[[list[Student], str, bytes], bool], owned: list[Owned],
        units: Mapping[str, Exercise],
    ) -> None:  # fmt: skip
        self.book = book
        self.ledger = ledger
        self.fits = fits
        self.units = units
        self.items: list[Item] = []
        self.given: set[Entry] = set()  # copies of the course's own data
        self.below: dict[object, dict[str, SubmissionFile]] = {}
        for submitted, _ in sorted(owned, key=lambda one: one[0].order):
            if submitted.entry.problem or submitted.entry.passed or submitted.note:
                continue
            parts = submitted.sought
            for depth in range(1, min(DEEP, len(parts)) + 1):
                if travels(parts[-depth:]):
                    folder = submitted.claims, parts[:-depth]
                    self.below.setdefault(folder, {})["/".join(parts[-depth:])] = submitted

    def add(
        self, submitted: SubmissionFile, students: list[Student], unit: str, source: bytes, written: dict[str, bytes]
    ) -> None:
        """Notes a work whose code is `source`; a notebook's own cells may have written some of what it needs."""
        files = self.below.get((submitted.claims, submitted.sought[:-1]), {})
        exercise = self.units[unit]
        given = {one.file for one in exercise.data}
        names = {name: one for name, one in files.items() if one is not submitted and name not in given}
        self.given |= {files[name].entry for name in given & files.keys()}
        for file in exercise.files:
            if file not in names and (copies := [name for name in names if is_copy(name, file)]):
                names[file] = names.pop(max(copies, key=lambda name: names[name].order))
        own = {name: written[name] for name in needed(source, written) | (set(exercise.files) & written.keys())}
        self.items.append(Item(submitted, students, unit, source, names, own))

    def settle(self, container: Folder | Archive) -> set[Entry]:
        """Reads what is needed, attaches it, and answers which files of the container travel."""
        frontier = [(item, item.source) for item in self.items if item.names]
        for _ in range(ROUNDS):
            wanted: dict[Entry, list[tuple[Item, str]]] = {}
            for item, source in frontier:
                left = item.names.keys() - item.files.keys()
                for name in sorted(needed(source, left) | (left & set(self.units[item.unit].files))):
                    wanted.setdefault(item.names[name].entry, []).append((item, name))
            frontier = []
            for entry, data in container.read(list(wanted), FILE_CAP) if wanted else ():
                for item, name in wanted[entry]:
                    if isinstance(data, SubmissionError):
                        del item.names[name]
                        self.ledger.refuse(item.students, entry.path, data.what, item.unit, False)
                    elif name not in item.files and self.fits(item.students, entry.path, data):
                        item.files[name] = data
                        frontier += [(item, data)] if name.endswith(".py") else []
            if not frontier:
                break
        return self.given | {entry for item in self.items for entry in self.attach(item)}

    def attach(self, item: Item) -> list[Entry]:
        """Gives a work its files, unless they are too many."""
        try:
            check_size(item.files)
        except SubmissionError as error:
            self.ledger.refuse(item.students, item.submitted.path, error.what, item.unit, wanted=False)
            return []
        if not item.files:
            return []
        files = {name: self.book.keep_source(data) for name, data in sorted(item.files.items())}
        for student in item.students:
            attempts = self.ledger.attempts.get((student.id, item.unit), [])
            for at, attempt in enumerate(attempts):
                if attempt.work.path == visible(item.submitted.path):
                    attempts[at] = replace(attempt, work=replace(attempt.work, files=files))
        return [item.names[name].entry for name in item.files if name in item.names]


def is_copy(name: str, file: str) -> bool:
    """Whether a name is a file's in other capitals, or as systems call a second copy of it."""
    stem, dot, ending = plain(name).rpartition(".")
    return dot + ending == ".py" and plain(file).removesuffix(".py") in spellings(stem)
