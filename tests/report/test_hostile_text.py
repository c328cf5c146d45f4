"""Names, paths, code output, messages and notebooks written to harm whoever reads the report."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from grader.report.gradebook import classlist
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.classlist import ClassList
from grader.report.gradebook.deliveries import Delivery, deliver
from grader.report.gradebook.grades import Rules, sheet
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Refusal, Student, Work
from grader.report.gradebook.units import Unit
from grader.report.handback import FORMATS, hand_back
from grader.report.handback.handover import Handover
from grader.report.page.contents import Contents
from grader.report.page.schema import Alike, Pair
from grader.report.page.templating import script

EVIL = (
    "</pre></title></style><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover='alert(3)' "
    "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u2066 \u200b "
    "![pixel](http://evil.example/p.png) [link](javascript:alert(4)) "
    "\n```\n![out](http://evil.example/q.png)\n````\n"
    "<iframe src=//evil.example></iframe> $\\frac{1}{2}$ {{ 7 * 7 }} &lt;"
)  # fmt: skip
FORMULA = '=HYPERLINK("http://evil.example","x")'
UNITS = [Unit("ex01_x", "ex01", "Honest title", "exercise", ""), Unit("r1-x", "r1", "Honest quiz", "quiz", "")]


def planted() -> tuple[list[dict[str, Any]], list[Work]]:
    """Records with the evil text wherever a submission could put it."""
    test = {"name": "test_a", "title": "Honest test", "outcome": "error", "points": {"earned": 0, "possible": 2},
            "message": EVIL, "hint": "Honest hint", "output": EVIL, "frames": [[1, EVIL, EVIL]]}  # fmt: skip
    record = {"outcome": "failed", "points": {"earned": 0, "possible": 2}, "tests": [test], "note": EVIL, "tier": "A",
              "device": "cpu", "resembles": "off_by_one", "max_error": None, "versions": {}}  # fmt: skip
    ungraded = {"outcome": "ungraded", "points": {"earned": "0", "possible": "0"}, "questions": [], "note": EVIL}
    works = [
        Work(EVIL, "ex01_x", 1, EVIL, "notebook", 1.0, "sha1", "book", "k1"),
        Work(FORMULA, "ex01_x", 1, FORMULA, "python", 1.0, "sha1", "", "k1"),
        Work(EVIL, "r1-x", 1, EVIL, "answers", 1.0, "sha2", "", "k2"),
    ]
    return [record, ungraded], works


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report made of nothing but evil."""
    folder = tmp_path_factory.mktemp("hostile")
    records, works = planted()
    evil = EVIL.encode()
    students = [Student(EVIL, EVIL, EVIL, True, {"identifier": EVIL}, {"Student": EVIL}), Student(FORMULA, FORMULA)]
    refusals = [Refusal(EVIL, EVIL, "is a symbolic link"), Refusal("", FORMULA, EVIL, wanted=False)]
    with Gradebook.open(folder / "book.sqlite") as book:
        book.put("seed", 1)
        book.put("rules", {"only": []})
        works = [replace(work, sha256=book.keep_source(evil)) for work in works]
        kept.enroll(book, students)
        deliver(book, Delivery("class"), works, refusals)
        book.store("k1", "ex01_x", "sha1", records[0], {"seconds": 1.0, "tests": {}})
        book.store("k2", "r1-x", "sha2", records[1], {})
        module = book.keep_source(evil)
        book.keep_notebook("book", module, [[1, n] for n in range(1, 20)], [])
        table = sheet(UNITS, kept.students(book), works, refusals, book.standings(), Rules())
        out = folder / "report"
        out.mkdir()
        pair: Pair = {"unit": "ex01", "students": [EVIL, FORMULA], "likeness": 0.9, "usual": 0.1, "shared": 9,
                      "aligned": [[(True, EVIL)], [(False, EVIL)]]}  # fmt: skip
        alike: Alike = {"unit": "ex01", "compared": 2, "why_not": "", "identical": [[EVIL, FORMULA]],
                        "solution": [EVIL], "clusters": [[EVIL, FORMULA]]}  # fmt: skip
        contents = Contents(book, table, True, ([pair], [alike]))
        contents.fill(out)
        rows = ((EVIL, (EVIL, EVIL, EVIL, EVIL)), (FORMULA, (FORMULA, "2", FORMULA, "")))
        for title, unit in (("Exercise 1 (7)", "ex01_x"), ("Quiz r1 (8)", "r1-x")):
            classlist.keep(book, ClassList("list.csv", ("Student", "ID", "Section", "Exercise 1 (7)", "r1 (8)"), rows))
            header = ("Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments")
            classlist.keep(book, ClassList(f"{title}.csv", header, rows), unit)
        hand_back(Handover(table, book, contents.plain_records, contents.pages), FORMATS, out)
    return out


class Seen(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def files(report: Path, *endings: str) -> Iterator[tuple[str, str]]:
    found = [path for path in sorted(report.rglob("*")) if path.suffix in endings]
    assert found
    for path in found:
        yield str(path.relative_to(report)), path.read_text(encoding="utf-8")


def test_no_control_character_survives(report: Path) -> None:
    """No file has an escape, a bell, a reading-direction or a zero-width character; what they were is legible."""
    for name, text in files(report, ".html", ".md", ".csv", ".json", ".svg"):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text), name
    assert (
        "\\x1b[31mred" in (report / "report.html").read_text()
        and "\\u202egnp.exe" in (report / "report.html").read_text()
    )


def test_no_markup_survives_in_html(report: Path) -> None:
    """Pages hold only our own tags: no frame, handler, form or foreign address, and of scripts the class page's one.

    The policy forbids all of it again.
    """
    for name, text in files(report, ".html"):
        seen = Seen(text)
        ours = {"script", "input"} if name == "report.html" else set()
        assert not (seen.tags - ours) & {"script", "iframe", "object", "embed", "form", "base", "svg", "input"}, name
        assert text.count("<script") == text.count(f"<script>{script()}</script>") == bool(ours), name
        for attribute, value in seen.attributes:
            assert not attribute.startswith("on") and attribute != "style", (name, attribute)
            if attribute in ("src", "href"):
                pages = r"(\.\./)?((feedback|students)/)?[A-Za-z0-9][A-Za-z0-9._-]*\.html"
                assert value.startswith(("data:", "#")) or re.fullmatch(pages, value), (name, value)
        policy = next(value for key, value in seen.attributes if key == "content" and "default-src" in value)
        scripts = r"script-src 'sha256-[\w+/=]+'; " if ours else ""
        assert re.match(f"default-src 'none'; {scripts}style-src 'sha256-", policy) and "unsafe" not in policy


def test_no_name_leaves_its_folder(report: Path) -> None:
    """Files are named by harmless characters only."""
    for path in report.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", path.name), path


def test_no_image_or_link_survives_in_markdown(report: Path) -> None:
    """Outside fences nothing is an image, a link, HTML or an address; fences cannot be left."""
    for name, text in files(report, ".md"):
        outside, fence = [], ""
        for line in text.split("\n"):
            mark = re.match(r"(`{3,})(text)?$", line)
            if not fence and mark:
                fence = mark[1]
            elif fence and line == fence:
                fence = ""
            elif not fence:
                outside.append(line)
        assert not fence, name
        assert not re.search(r"(?<!\\)(\]\(|!\[|<[a-z/]|`)|https?:", "\n".join(outside)), name


def test_no_formula_survives_in_tables(report: Path) -> None:
    """No cell of any CSV starts like a formula."""
    for name, text in files(report, ".csv"):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))], name


def test_json_is_whole(report: Path) -> None:
    """The JSON files are valid and hold the texts as data."""
    for name, text in files(report, ".json"):
        assert json.loads(text), name


def test_pictures_hold_text_as_text(report: Path) -> None:
    """In the charts' SVG a name is neither markup nor mathematics."""
    for name, text in files(report, ".svg"):
        assert "<script" not in text and "onerror=alert(2)>" not in text and "<iframe" not in text, name
