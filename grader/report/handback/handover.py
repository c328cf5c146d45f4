"""What the writers of LMS files work from: the sheet, the lists that the LMS gave, each student's own feedback."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from grader.report.gradebook import classlist
from grader.report.gradebook.classlist import ClassList
from grader.report.gradebook.grades import Cell, Row, Sheet
from grader.report.gradebook.records import Record
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Unit

Records = Callable[[Row], dict[str, Record]]  # a student's counted results by unit
Pages = Callable[[Row, list[Unit]], tuple[str, str]]  # feedback on some units: HTML, Markdown


@dataclass(frozen=True)
class Handover:
    """One report on its way back. `messages` collects what the user should know, a sentence each."""

    sheet: Sheet
    book: Gradebook
    records: Records
    pages: Pages
    messages: list[str] = field(default_factory=list)

    @property
    def lms_names(self) -> Mapping[str, str]:
        """Unit ids and their names in the LMS, from `[lms]` of the course."""
        return self.book.setting("lms") or {}

    def listed(self, kind: str, unit: str = "") -> ClassList | None:
        return classlist.kept(self.book, kind, unit)

    def feedback(self, row: Row, unit: Unit) -> tuple[str, str]:
        """A student's feedback on one unit alone, as HTML and as Markdown."""
        cell = row.cells[unit.id]
        alone = replace(row, cells={unit.id: cell}, total=cell.earned, out_of=cell.possible, notes=())
        return self.pages(alone, [unit])

    def source(self, cell: Cell) -> bytes:
        """The code or the answers that were graded, as they were handed in or taken out of a notebook."""
        return self.book.source(cell.work.sha256) if cell.work else b""
