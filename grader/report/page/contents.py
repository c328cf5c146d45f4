"""What the report folder holds, made from the gradebook: one pass over the students, then the page and its pictures."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.base.text import file_name
from grader.base.version import installed
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.grades import Row, Sheet
from grader.report.gradebook.store import Gradebook, dumps
from grader.report.gradebook.submissions import Refusal
from grader.report.page.analysis import Survey
from grader.report.page.comparison import comparison_csv
from grader.report.page.document import document, pictures_of
from grader.report.page.exports import FORMATS, grades_csv, history_csv
from grader.report.page.feedback import markdown, view
from grader.report.page.presentation import presentation, tier_text
from grader.report.page.templating import page

PLOTS = Path(__file__).with_name("plots.py")


@dataclass(frozen=True)
class Contents:
    """Writes one report; `similar` are the pairs to look at, None if nobody asked."""

    book: Gradebook
    sheet: Sheet
    formats: tuple[str, ...]
    measurements: bool
    similar: list[dict[str, Any]] | None = None

    def fill(self, folder: Path) -> None:
        """Writes every file of the report but the gradebook."""
        survey = Survey()
        tiers = self.book.tiers()
        results = {}
        mine: dict[str, list[Refusal]] = {}
        for refusal in kept.refusals(self.book):
            mine.setdefault(refusal.student, []).append(refusal)
        (folder / "feedback").mkdir()
        for row in self.sheet.rows:
            records = self.records(row)
            for unit in self.sheet.units:
                if unit.id in records:
                    record, measured = records[unit.id]
                    survey.add(row.student.id, unit, record, measured)
                    results[row.student.id, unit.id] = brief(record, measured)
            self.write_student(folder, row, without_measured(records), tiers, mine.get(row.student.id, []))
        doc = document(self.book, self.sheet, survey, results, tiers, self.measurements)
        if self.similar is not None:
            doc["similar"] = self.similar
        if self.measurements:
            doc["measured"] = {
                "written": time.strftime("%Y-%m-%d %H:%M"),
                "outliers": [vars(one) for one in survey.outliers()],
            }
        pictures = self.pictures(pictures_of(doc))
        (folder / "plots").mkdir()
        for name, (svg, png) in pictures.items():
            (folder / "plots" / f"{name}.svg").write_bytes(svg)
            (folder / "plots" / f"{name}.png").write_bytes(png)
        write(folder / "grades.csv", grades_csv(self.sheet))
        write(folder / "history.csv", history_csv(self.book))
        write(folder / "comparison.csv", comparison_csv(self.sheet, results, self.measurements))
        write(folder / "report.json", lines_of(doc))
        shown = presentation(doc, self.sheet, {name: svg for name, (svg, _) in pictures.items()})
        write(folder / "report.html", page("report.html", **shown))
        for name in self.formats:
            for path, text in FORMATS[name](self.sheet, lambda row: without_measured(self.records(row))):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                write(folder / path, text)

    def records(self, row: Row) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """The counted result of each unit, and what was measured."""
        found = {}
        for name, cell in row.cells.items():
            result = self.book.result(cell.work.key) if cell.work else None
            if result:
                found[name] = (result[0], result[1] if self.measurements else {})
        return found

    def write_student(
        self, folder: Path, row: Row, records: dict[str, dict[str, Any]], tiers: list[str], refusals: list[Refusal]
    ) -> None:
        name = file_name(row.student.id)
        seen = view(row, self.sheet.units, records, self.book, refusals)
        write(folder / "feedback" / f"{name}.html", page("feedback.html", seen=seen, tier=tier_text(tiers)))
        write(folder / "feedback" / f"{name}.md", markdown(seen))

    def pictures(self, wanted: dict[str, Any]) -> dict[str, tuple[bytes, bytes]]:
        """Each chart as (SVG, PNG), drawn anew only where what it shows has changed."""
        version = hashlib.sha256(PLOTS.read_bytes() + installed("matplotlib").encode()).hexdigest()
        found, names = {}, []
        for kind, data in wanted.items():
            name = f"picture/{kind}/{hashlib.sha256((version + dumps(data)).encode()).hexdigest()}"
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


def without_measured(records: dict[str, tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {name: record for name, (record, _) in records.items()}


def lines_of(doc: dict[str, Any]) -> str:
    """JSON with a line for each key, and for each student."""
    lines = []
    for key, value in sorted(doc.items()):
        if key == "students":
            value = "[\n" + ",\n".join(f"  {dumps(student)}" for student in value) + "\n ]"
        else:
            value = dumps(value)
        lines.append(f" {dumps(key)}: {value}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def brief(record: dict[str, Any], measured: dict[str, Any]) -> dict[str, Any]:
    """What the class's tables need of a result."""
    return {
        "outcome": record["outcome"],
        "note": record["note"],
        "flag": record.get("flag", ""),
        "max_error": record.get("max_error"),
        "compared": "max_error" in record,
        "versions": record.get("versions", {}),
        "device": record.get("device"),
        "measured": {
            name: measured[name] for name in ("seconds", "peak_mb", "time_ratio", "memory_ratio") if name in measured
        },
    }


def write(path: Path, text: str) -> None:
    """UTF-8 with Unix line ends, on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
