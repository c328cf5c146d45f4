"""What the report folder holds, made from the gradebook: one pass over the students, then the page and its pictures."""

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import cast

from grader.base.text import file_name, visible
from grader.base.version import installed
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.grades import Row, Sheet
from grader.report.gradebook.history import changes
from grader.report.gradebook.records import Measured, Record
from grader.report.gradebook.store import Gradebook, dumps
from grader.report.gradebook.submissions import Refusal, Work
from grader.report.gradebook.units import Unit
from grader.report.page.analysis import Survey
from grader.report.page.comparison import comparison_csv
from grader.report.page.concealment import concealed
from grader.report.page.document import by_name, document
from grader.report.page.elsewhere import Asked
from grader.report.page.exports import ABOUT, grades_csv, history_csv
from grader.report.page.feedback import markdown
from grader.report.page.pictures import Pictures, pictures_of
from grader.report.page.presentation import Person, presentation, tier_text, weakness
from grader.report.page.schema import Alike, Document, Pair, Result
from grader.report.page.students import extras
from grader.report.page.templating import page
from grader.report.page.views import Shelf, graded_file, view

DRAWING = [Path(__file__).with_name("plots.py"), *sorted((Path(__file__).parents[2] / "charts").glob("*.py"))]


@dataclass(frozen=True)
class Contents:
    """Writes one report; `similar` are the pairs to look at and what is alike, None if nobody asked.

    Times are shown in `zone`; `media` is where the quizzes' images lie. Feedback on quizzes in `secret` shows no key.
    """

    book: Gradebook
    sheet: Sheet
    measurements: bool
    similar: tuple[list[Pair], list[Alike]] | None = None
    zone: tzinfo | None = None
    media: Path | None = None
    secret: Collection[str] = ()
    asked: Asked = field(default_factory=Asked)

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.book, self.sheet.units, self.zone, self.media, self.asked)

    @cached_property
    def refusals(self) -> dict[str, list[Refusal]]:
        """By student."""
        found: dict[str, list[Refusal]] = {}
        for refusal in kept.refusals(self.book):
            found.setdefault(refusal.student, []).append(refusal)
        return found

    def fill(self, folder: Path) -> None:
        """Writes every file of the report but the gradebook."""
        survey = Survey()
        tiers = self.book.tiers()
        results: dict[tuple[str, str], Result] = {}
        for row in self.sheet.rows:
            records = self.records(row)
            for unit in self.sheet.units:
                if unit.id in records:
                    record, measured = records[unit.id]
                    survey.add(row.student.id, unit, record, measured)
                    graded = graded_file(self.book, row.cells[unit.id].work, unit)
                    cause = self.shelf.cause(unit, record, graded.source)
                    sentence = cause.located(graded.name) if cause else ""
                    results[row.student.id, unit.id] = brief(record, measured, sentence)
        doc = document(self.book, self.sheet, survey, results, tiers, self.measurements)
        if self.similar is not None:
            doc["similar"], doc["alike"] = self.similar
        if self.measurements:
            doc["measured"] = {"written": time.strftime("%Y-%m-%d %H:%M"), "outliers": survey.outliers()}
        pictures = self.pictures(pictures_of(doc))
        (folder / "plots").mkdir()
        for name, (svg, png) in pictures.items():
            (folder / "plots" / f"{name}.svg").write_bytes(svg)
            (folder / "plots" / f"{name}.png").write_bytes(png)
        write(folder / "grades.csv", grades_csv(self.sheet))
        write(folder / "history.csv", history_csv(self.book, self.sheet))
        write(folder / "comparison.csv", comparison_csv(self.sheet, results, self.measurements))
        write(folder / "report.json", lines_of(doc))
        shown = presentation(doc, {name: svg for name, (svg, _) in pictures.items()}, self.media)
        write(folder / "report.html", page("report.html", **shown))
        self.write_students(folder, results, tiers)

    def records(self, row: Row) -> dict[str, tuple[Record, Measured]]:
        """The counted result of each unit, and what was measured."""
        found: dict[str, tuple[Record, Measured]] = {}
        for name, cell in row.cells.items():
            result = self.book.result(cell.work.key) if cell.work else None
            if result:
                found[name] = (result[0], result[1] if self.measurements else {})
        return found

    def write_students(self, folder: Path, results: Mapping[tuple[str, str], Result], tiers: list[str]) -> None:
        """Everybody's feedback, and the instructor's page of everybody."""
        for name in ("feedback", "students"):
            (folder / name).mkdir()
        rows = sorted(self.sheet.rows, key=by_name)
        people = [self.person(row) for row in rows]
        works: dict[str, list[Work]] = {}
        for work in kept.works(self.book):
            works.setdefault(work.student, []).append(work)
        history = list(changes(self.book))
        standings, seed = self.book.standings(), self.book.setting("seed")
        for at, row in enumerate(rows):
            mine = row.student.id
            records = without_measured(self.records(row))
            whole = view(row, records, self.shelf, self.refusals.get(mine, ()))
            hides = self.for_students(records)
            seen = whole if hides == records else view(row, hides, self.shelf, self.refusals.get(mine, ()))
            file = people[at]["file"]
            feedback = page("feedback.html", seen=seen, seed=seed, weak=weakness(tiers))
            write(folder / "feedback" / f"{file}.html", feedback)
            write(folder / "feedback" / f"{file}.md", markdown(seen, seed))
            more = {
                "extras": extras(row, self.shelf, works.get(mine, ()), standings, results),
                "before": people[at - 1] if at else None,
                "after": people[at + 1] if at + 1 < len(people) else None,
                "about": [getattr(row.student, kind) for kind in ABOUT if getattr(row.student, kind)],
                "history": [one for one in history if one.student == mine],
                "keys": {unit.id: unit.key for unit in self.sheet.units},
            }
            shown = page("student.html", seen=whole, file=file, seed=seed, tier=tier_text(tiers), **more)
            write(folder / "students" / f"{file}.html", shown)

    def person(self, row: Row) -> Person:
        name = visible(row.student.name or row.student.id)
        return {"file": file_name(row.student.id), "name": name, "id": visible(row.student.id)}

    def for_students(self, records: Mapping[str, Record]) -> dict[str, Record]:
        """What students may see of their results."""
        return {name: concealed(one) if name in self.secret else one for name, one in records.items()}

    def plain_records(self, row: Row) -> dict[str, Record]:
        """A student's counted results by unit, without what was measured and what they are not to see."""
        return self.for_students(without_measured(self.records(row)))

    def pages(self, row: Row, units: list[Unit]) -> tuple[str, str]:
        """A student's feedback on some units, as HTML and as Markdown."""
        names, seed = {unit.id for unit in units}, self.book.setting("seed")
        shelf = Shelf(self.book, tuple(units), self.zone, self.media, self.asked)
        own = [one for one in self.refusals.get(row.student.id, ()) if one.unit in names]
        records = {name: one for name, one in self.plain_records(row).items() if name in names}
        seen = view(row, records, shelf, own)
        return page("feedback.html", seen=seen, seed=seed, weak=weakness(self.book.tiers())), markdown(seen, seed)

    def pictures(self, wanted: Pictures) -> dict[str, tuple[bytes, bytes]]:
        """Each chart as (SVG, PNG), drawn anew only where what it shows has changed."""
        version = hashlib.sha256(b"".join(path.read_bytes() for path in DRAWING) + installed("matplotlib").encode())
        known = version.hexdigest()
        found, names = {}, []
        for kind, data in wanted.items():
            name = f"picture/{kind}/{hashlib.sha256((known + dumps(data)).encode()).hexdigest()}"
            names += [f"{name}.svg", f"{name}.png"]
            svg, png = (self.book.remembered(one) for one in names[-2:])
            if svg is None or png is None:
                from grader.report.page.plots import draw

                svg, png = draw(kind, data)
                with self.book.transaction():
                    self.book.remember(names[-2], svg)
                    self.book.remember(names[-1], png)
            found[kind] = (svg, png)
        with self.book.transaction():
            self.book.forget("picture/", names)
        return found


def without_measured(records: dict[str, tuple[Record, Measured]]) -> dict[str, Record]:
    return {name: record for name, (record, _) in records.items()}


def lines_of(doc: Document) -> str:
    """JSON with a line for each key, and for each student."""
    lines = []
    for key, value in sorted(doc.items()):
        if isinstance(value, list) and key == "students":
            text = "[\n" + ",\n".join(f"  {dumps(student)}" for student in value) + "\n ]"
        else:
            text = dumps(value)
        lines.append(f" {dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def brief(record: Record, measured: Measured, cause: str = "") -> Result:
    """What the class's tables need of a result; `cause` says why nothing of it could be judged."""
    known = ("seconds", "own_seconds", "peak_mb", "time_ratio", "memory_ratio")
    numbers = cast(Measured, {name: value for name, value in measured.items() if name in known})
    return {
        "outcome": record["outcome"],
        "note": record["note"],
        "flag": record.get("flag", ""),
        "max_error": record.get("max_error"),
        "compared": "max_error" in record,
        "random": record.get("random", False),
        "chance": record.get("chance", ""),
        "versions": record.get("versions", {}),
        "device": record.get("device"),
        "cause": cause,
        "measured": numbers,
    }


def write(path: Path, text: str) -> None:
    """UTF-8 with Unix line ends, on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
