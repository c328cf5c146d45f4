"""The class page, a student's page and the feedback in a real browser: sorted, filtered, dark, printed, for all."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.report.page.views import Graded, each_test

from .browser import CHROMIUM, Browser
from .conftest import DOUBLE, RIGHT, WRONG, answers, run

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: run `sh tests/tools.sh`")
AXE = Path(__file__).parents[2] / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ["Zoë Brontë", "Ana Peña", "王小明", "Łukasz Wiśniewski", "Émile Zola", "Bob Brown", "Ärmel Aas", "Søren Ærø"]
SHOWN = "[...document.querySelectorAll('.grades tbody tr:not(.section)')].filter(r => r.checkVisibility())"
FIRST = f"{SHOWN}.map(r => r.querySelector('a').textContent)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = ("report.html", "students/s0.html", "feedback/s2.html", "feedback/s3.html")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Path:
    """A class of two sections whose names need care, with files that cannot be graded and stems that need rendering."""
    root = tmp_path_factory.mktemp("page")
    quiz = DOUBLE["quizzes/r1-basics.yaml"].replace(
        "stem: What is `1 + 1`?",
        'stem: "What is `1 + 1`, or $\\\\frac{2}{1}$?\\n\\n```python\\nprint(1 + 1)\\n```\\n\\n![the sum](sum.png)"',
    )
    shutil.copytree(course, root / "course")
    (root / "course" / "quizzes" / "r1-basics.yaml").write_text(quiz, encoding="utf-8")
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    (root / "course" / "quizzes" / "sum.png").write_bytes(base64.b64decode(dot))
    codes = [RIGHT, WRONG, RIGHT.encode("latin-1") + "# Müller".encode("latin-1"), "import helpers\n" + RIGHT, "",
             "def mean_row(x:\n", RIGHT, "def mean_row(x):\n    return undefined\n"]  # fmt: skip
    lines = ["student,name,email,section"]
    for number, (name, code) in enumerate(zip(NAMES, codes, strict=True)):
        lines.append(f"s{number},{name},s{number}@example.org,{'B' if number % 2 else 'A'}")
        folder = root / "submissions" / f"s{number}"
        (folder / "answers").mkdir(parents=True)
        (folder / "mean_row.py").write_bytes(code if isinstance(code, bytes) else code.encode())
        picks = answers(sum=["three" if number % 3 else "two"], even=["a", "b", "c"][: number % 4])
        (folder / "answers" / "r1-basics.json").write_text(picks)
    (root / "submissions" / "s6" / "notes.rar").write_bytes(b"Rar!")
    (root / "roster.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run(root / "submissions", "--out", root / "report", "--course", root / "course", "--roster",
               root / "roster.csv", "--seed", 7, "--jobs", 1, "--similarity")  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert not re.search("(?i)warn|font|glyph", done.stderr), done.stderr
    return root / "report"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as one:
        yield one


def test_grades_stand_in_the_order_of_the_names(report: Path) -> None:
    """Without the script: by section, each by the name that is shown, accents aside; the sections are anchors."""
    text = (report / "report.html").read_text(encoding="utf-8")
    table = text[text.index('class="card grades') :]
    found = re.findall(r'<th scope="row"><a href="students/[^"]*">([^<]*)', table)
    assert found == ["Ärmel Aas", "Émile Zola", "Zoë Brontë", "王小明"] + [
        "Ana Peña", "Bob Brown", "Łukasz Wiśniewski", "Søren Ærø",
    ]  # fmt: skip
    assert re.findall(r'<a href="#(section-\d)">([AB])</a>', text) == [("section-1", "A"), ("section-2", "B")]
    assert all(f'<tbody id="section-{number}">' in table for number in (1, 2))


def test_the_table_sorts_and_filters(report: Path, browser: Browser) -> None:
    """A click on a heading sorts all students by it, a second one turns it round; name, section and lack filter."""
    browser.open(report / "report.html", 1250)
    column = browser.evaluate("[...document.querySelectorAll('.grades th')].findIndex(h => h.textContent == '%') + 1")
    heading = f".grades thead th:nth-child({column}) button"
    percents = f"{SHOWN}.map(r => parseFloat(r.cells[{column - 1}].textContent))"
    browser.click(heading)
    found = browser.evaluate(percents)
    assert found == sorted(found, reverse=True) and len(set(found)) > 2
    browser.click(heading)
    assert browser.evaluate(percents) == sorted(found)
    assert browser.evaluate(f"document.querySelector('.grades th:nth-child({column})').ariaSort") == "ascending"
    change = "f => { f.dispatchEvent(new Event('input', {bubbles: true})); }"
    browser.evaluate(f"(({change})(Object.assign(document.querySelector('[name=find]'), {{value: 'zoe'}})))")
    assert browser.evaluate(FIRST) == ["Zoë Brontë"]
    assert browser.evaluate("document.querySelector('output').textContent") == "1 of 8"
    browser.evaluate(f"(({change})(Object.assign(document.querySelector('[name=find]'), {{value: ''}})))")
    browser.evaluate(f"(({change})(Object.assign(document.querySelector('[name=section]'), {{value: 'B'}})))")
    assert sorted(browser.evaluate(FIRST)) == sorted(["Ana Peña", "Bob Brown", "Łukasz Wiśniewski", "Søren Ærø"])
    assert not browser.told("Log.entryAdded", "Runtime.exceptionThrown")


def test_what_needs_attention_comes_first(report: Path, browser: Browser) -> None:
    """Files that could not be graded are listed by name with the sentence of the cause, above everything else."""
    browser.open(report / "report.html", 1250)
    rows = "[...document.querySelectorAll('#unusable tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"
    found = {row[0].rpartition(" ")[0]: row[-1] for row in browser.evaluate(rows)}
    assert found.pop("王小明").startswith("is not in UTF-8 (line ")
    assert found == {
        "Łukasz Wiśniewski": "imports helpers, which is neither handed in nor installed here (line 1)",
        "Émile Zola": "is empty",
        "Bob Brown": "is no valid Python (line 1)",
    }
    order = browser.evaluate("[...document.querySelectorAll('section')].map(s => s.id)")
    assert order[:3] == ["attention", "overview", "grades"]
    assert "notes.rar" in browser.evaluate("document.getElementById('attention').innerText")


def test_feedback_says_a_failed_import_once(report: Path) -> None:
    """The line, the error and the way out stand there once; tests that were not reached have no hints."""
    for form in ("html", "md"):
        text = (report / "feedback" / f"s5.{form}").read_text(encoding="utf-8").replace("\\", "")
        assert text.count("SyntaxError") == 1 and text.count("is no valid Python (line 1)") == 1
        assert "def mean_row(x:" in text and "the same error" in text and "Not tested because of that" in text
        assert "tier" not in text and "grader check ex01 --seed 7" in text
        helper = (report / "feedback" / f"s3.{form}").read_text(encoding="utf-8")
        assert helper.count("hand it in beside this one") == helper.count("imports helpers, which is neither") == 1
    page = (report / "feedback" / "s5.html").read_text(encoding="utf-8")
    assert 'class="l bad"><i>1</i>' in page


def test_one_reason_is_told_once() -> None:
    """Tests that fail for the same reason as an earlier one name it, and repeat neither message nor hint."""
    failed = {"outcome": "error", "points": {"earned": 0, "possible": 1}, "message": "NameError: x", "hint": "Look.",
              "output": "", "cause": "3: NameError: x", "frames": [[3, "f", "x"]]}  # fmt: skip
    other = failed | {"title": "Third.", "cause": "4: KeyError", "message": "KeyError"}
    tests = [failed | {"title": "First."}, failed | {"title": "Second."}, other]
    first, second, third = each_test(tests, Graded("a\nb\nx"))
    assert (first["message"], first["hint"], first["same"]) == ("NameError: x", "Look.", "")
    assert (second["message"], second["hint"], second["same"]) == ("", "", "First.") and not second["frames"]
    assert (third["message"], third["same"]) == ("KeyError", "")
    assert first["points"] == "0.00 of 1.00" and first["frames"] == [("line 3, in f", "x")]


def test_stems_are_rendered(report: Path, browser: Browser) -> None:
    """A question's code, formula and image are shown as such on the class page and in the feedback."""
    browser.open(report / "feedback" / "s1.html", 1250)
    stem = "document.querySelector('.stem')"
    assert browser.evaluate(f"{stem}.querySelector('pre').innerText.trim()") == "print(1 + 1)"
    assert browser.evaluate(f"{stem}.querySelector('mfrac') !== null && {stem}.querySelector('img').complete")
    assert browser.evaluate(f"{stem}.querySelector('img').naturalWidth") == 1
    browser.open(report / "report.html", 1250)
    assert browser.evaluate("document.querySelector('#misunderstood td.q mfrac') !== null")


def test_a_students_page_has_code_verdicts_and_attempts(report: Path, browser: Browser) -> None:
    """The grade table leads to a page with every attempt, each verdict and the code; next and previous by name."""
    browser.open(report / "report.html", 1250)
    browser.click(".grades a[href='students/s1.html']")
    browser.wait("document.title == 'Ana Peña'")
    assert "def mean_row" in browser.evaluate("document.querySelector('.listing').innerText")
    assert browser.evaluate("document.querySelector('tr.counts code').innerText").endswith("s1/mean_row.py")
    assert browser.evaluate("document.querySelectorAll('.test').length") >= 2
    browser.click("a[rel=next]")
    browser.wait("document.title == 'Ärmel Aas'")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: run `sh tests/tools.sh`")
@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_everybody(report: Path, browser: Browser, page: str) -> None:
    """axe finds nothing serious, light or dark, wide or on a phone, and no page scrolls sideways."""
    for width, scheme in ((1250, "light"), (1250, "dark"), (390, "light"), (390, "dark")):
        browser.visit((report / page).as_uri(), width, prefers_color_scheme=scheme)
        assert browser.evaluate(OVERFLOW) <= 0, (page, width)
        browser.call("Runtime.evaluate", expression=AXE.read_text(encoding="utf-8"))
        ask = (
            "axe.run().then(r => JSON.stringify(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))))"
        )
        answer = browser.call("Runtime.evaluate", expression=ask, awaitPromise=True, returnByValue=True)
        found = json.loads(answer["result"]["value"])
        assert not [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found], (page, scheme)


def test_every_picture_of_the_page_is_there(report: Path, browser: Browser) -> None:
    """All images load, and a class with nothing to draw of its items shows no empty frame."""
    broken = "[...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.alt)"
    text = (report / "report.html").read_text(encoding="utf-8")
    browser.open(report / "report.html", 1250)
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.evaluate(broken) == [] and 'src=""' not in text
    assert "8 students · 1 exercise · 1 quiz · graded" in text


def test_dark_is_dark(report: Path, browser: Browser) -> None:
    """In a dark scheme page, cards and charts are dark, and the text on them is light."""
    light = "getComputedStyle(document.querySelector('{}')).backgroundColor.match(/\\d+/g).map(Number)[0]"
    for scheme, dark in (("light", False), ("dark", True)):
        browser.visit((report / "report.html").as_uri(), 1250, prefers_color_scheme=scheme)
        for place in ("body", ".tile", ".card"):
            assert (browser.evaluate(light.format(place)) < 80) == dark, (scheme, place)
    svg = (report / "plots" / "totals.svg").read_text(encoding="utf-8")
    assert "@media screen and (prefers-color-scheme: dark)" in svg


def test_print_clips_nothing(report: Path, browser: Browser) -> None:
    """On paper no column is cut off, every list is open, no tool is shown, and the grades lie across the page."""
    browser.visit((report / "report.html").as_uri(), 1250)
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.call("Emulation.setDeviceMetricsOverride", width=1010, height=700, deviceScaleFactor=1, mobile=False)
    clipped = (
        "[...document.querySelectorAll('table')].filter(t => t.checkVisibility()"
        " && t.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert browser.evaluate(clipped) == 0
    assert not browser.evaluate("document.querySelector('.tools').checkVisibility()")
    pdf = base64.b64decode(
        browser.call("Page.printToPDF", preferCSSPageSize=True)["data"]  # the grades' own pages are wider than high
    )
    boxes = {tuple(map(float, box)) for box in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)}
    assert {wide > high for wide, high in boxes} == {True, False}
