"""What one student's work comes to, as plain data: the feedback in both its forms and the instructor's page show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypedDict

from markupsafe import Markup

from grader.base.text import visible
from grader.engine.verdict import OUTCOMES
from grader.report.gradebook.cells import Cell, shown
from grader.report.gradebook.grades import Row
from grader.report.gradebook.records import QuestionRecord, Record, TestRecord
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Refusal, Work
from grader.report.gradebook.units import Unit
from grader.report.page.attention import elsewhere, file_notes
from grader.report.page.causes import Cause, cause_of
from grader.report.page.elsewhere import Asked
from grader.report.page.listing import listing
from grader.report.page.presentation import shade
from grader.report.page.questions import QuestionView, question_view
from grader.report.page.sentences import sentences

SIGNS = {outcome: words.mark for outcome, words in OUTCOMES.items()}


@dataclass(frozen=True)
class Shelf:
    """Where views take what they show: the gradebook, the units in order, the zone of times, the quizzes' images, and
    the names that exercises ask for.
    """

    book: Gradebook
    units: tuple[Unit, ...]
    zone: tzinfo | None = None
    media: Path | None = None
    asked: Asked = field(default_factory=Asked)

    def cause(self, unit: Unit, record: Record, source: str) -> Cause | None:
        """Why nothing of an exercise's file could be judged; None if something was."""
        if unit.kind == "quiz":
            return None
        return cause_of(record, source.encode, lambda: self.asked.other(unit.id, source))


class CauseView(TypedDict):
    """Why nothing of a file could be judged, said once."""

    sentence: str
    text: str
    detail: str
    way_out: str


class TestView(TypedDict):
    """One test; `same` is the title of the test before it that failed for the same reason."""

    sign: str
    title: str
    points: str
    word: str
    message: str
    hint: str
    frames: list[tuple[str, str]]
    output: str
    same: str
    asked: list[str]


class UnitView(TypedDict):
    """One exercise or quiz of one student; `sentences` are about points, lateness and what is missing."""

    key: str
    title: str
    kind: str
    state: str
    points: str
    possible: str
    shade: str
    sentences: list[str]
    comment: str
    note: str
    path: str
    when: str
    files: list[str]
    left_out: list[tuple[str, str]]
    remark: str
    resembles: str
    told: str
    cause: CauseView | None
    tests: list[TestView]
    questions: list[QuestionView]
    code: Markup
    numbered: list[tuple[str, str]]
    notebook: bool
    repeat: str


class View(TypedDict):
    """All of one student's work; `files` are about files that belong to no unit here."""

    student: str
    name: str
    total: str
    out_of: str
    percent: str
    units: list[UnitView]
    files: list[str]


def view(row: Row, records: Mapping[str, Record], shelf: Shelf, refusals: Iterable[Refusal] = ()) -> View:
    """Everything the student's feedback shows; `refusals` are of their own files."""
    mine = list(refusals)
    return {
        "student": row.student.id,
        "name": row.student.name,
        "total": shown(row.total),
        "out_of": shown(row.out_of),
        "percent": shown(None if row.share is None else row.share * 100),
        "units": [unit_view(unit, row.cells[unit.id], records.get(unit.id), shelf, mine) for unit in shelf.units],
        "files": file_notes(elsewhere(mine, shelf.units)),
    }


def unit_view(unit: Unit, cell: Cell, record: Record | None, shelf: Shelf, refusals: list[Refusal]) -> UnitView:
    """One unit: points, what to know about them, and its tests or questions."""
    graded = graded_file(shelf.book, cell.work, unit)
    own = file_notes(one for one in refusals if one.unit == unit.id)
    cause = shelf.cause(unit, record, graded.source) if record else None
    tests: Iterable[TestRecord] = record.get("tests", ()) if record else ()
    questions: Iterable[QuestionRecord] = record.get("questions", ()) if record else ()
    marked = {line for test in tests for line, _, _ in test.get("frames", ())}
    return {
        "key": unit.key,
        "title": unit.title,
        "kind": unit.kind,
        "state": cell.state,
        "points": shown(cell.earned),
        "possible": shown(cell.possible),
        "shade": "ungraded" if cell.state == "ungraded" else "" if cell.share is None else shade(float(cell.share)),
        "sentences": sentences(cell),
        "comment": visible(cell.adjustment.comment.strip()) if cell.adjustment else "",
        "note": cell.note,
        "path": cell.work.path if cell.work else "",
        "when": when(cell.work, shelf.zone) if cell.work else "",
        "files": [line for line in (*name_notes(unit, cell), *own) if line not in cell.note],
        "left_out": [(f"cell {one['cell']}, line {one['line']}", one["what"]) for one in graded.left_out],
        "remark": record["note"] if record and cell.state != "ungraded" else "",
        "resembles": (record.get("resembles") or "").replace("_", " ") if record else "",
        "told": visible(record.get("told") or "") if record else "",
        "cause": None if cause is None else {
            "sentence": cause.located(graded.name), "text": cause.text, "detail": cause.detail,
            "way_out": cause.way_out,
        },
        "tests": each_test(tests, graded),
        "questions": [question_view(one, shelf.media) for one in questions],
        "code": listing(graded.source, graded.gutter, marked | ({cause.line} if cause else set())) if graded.source
        else Markup(""),
        "numbered": [(graded.gutter(n), text) for n, text in enumerate(graded.source.splitlines(), 1)],
        "notebook": bool(graded.places),
        "repeat": f"grader check {unit.key} --seed {record['seed']}" if record and "seed" in record else "",
    }  # fmt: skip


def name_notes(unit: Unit, cell: Cell) -> list[str]:
    """Notes on the name of the graded file and on the files submitted with it."""
    if cell.work is None:
        return []
    name = cell.work.name or visible(cell.work.path.rpartition("/")[2])
    notes = [f"{name} was taken for {unit.key}: {cell.work.rule}"] if cell.work.likeness else []
    return [*notes, *([f"with it came {', '.join(cell.work.files)}"] if cell.work.files else [])]


def when(work: Work, zone: tzinfo | None) -> str:
    """When a work was handed in, and the source of that time; empty if it is unknown."""
    if work.time is None:
        return ""
    try:
        time = datetime.fromtimestamp(work.time, zone).astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return ""
    offset = time.strftime("%z")
    return f"{time:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]}, {work.clock or 'as recorded'})"


@dataclass(frozen=True)
class Graded:
    """The source that was graded, and where each of its lines stands: itself, or a cell of the student's notebook."""

    source: str = ""
    places: tuple[tuple[int, int], ...] = ()
    left_out: tuple[dict[str, str], ...] = ()

    def name(self, line: int) -> str:
        """The place of a line in words; empty if the student did not write it."""
        if not self.places:
            return f"line {line}"
        place = self.places[line - 1] if 0 < line <= len(self.places) else None
        return f"cell {place[0]}, line {place[1]}" if place else ""

    def gutter(self, line: int) -> str:
        """What stands before a line in a listing."""
        return self.name(line) if self.places else str(line)


def graded_file(book: Gradebook, work: Work | None, unit: Unit) -> Graded:
    """What was graded of a work; nothing for a quiz."""
    if work is None or unit.kind != "exercise":
        return Graded()
    source = book.source(work.sha256).decode("utf-8", "replace")
    found = book.notebook(work.notebook) if work.notebook else None
    if found is None:
        return Graded(source)
    places = tuple(tuple(place) if place else None for place in found[1])
    return Graded(book.source(found[0]).decode("utf-8", "replace"), places, tuple(found[2]))  # type: ignore[arg-type]


def each_test(tests: Iterable[TestRecord], graded: Graded) -> list[TestView]:
    """The tests; what failed for one reason says it once."""
    titles: dict[str, str] = {}
    found: list[TestView] = []
    for test in tests:
        cause = test.get("cause", "") if test["outcome"] != "passed" else ""
        same = titles.get(cause, "") if cause else ""
        titles.setdefault(cause, test["title"])
        outcome = test["outcome"]
        points = (f"{test['points'][name]:.2f}" for name in ("earned", "possible"))
        found.append({
            "sign": SIGNS.get(outcome, "!"),
            "title": test["title"],
            "points": " of ".join(points),
            "word": OUTCOMES[outcome].sentence if outcome in OUTCOMES and not same else "",
            "message": "" if same else test["message"],
            "hint": "" if same else test["hint"],
            "frames": [] if same else [
                (graded.name(line) + (f", in {function}" if function and function != "<module>" else ""), text)
                for line, function, text in test.get("frames", ())
            ],
            "output": test["output"] if outcome != "passed" else "",
            "same": same,
            "asked": list(test.get("asked", ())),
        })  # fmt: skip
    return found
