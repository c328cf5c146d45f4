"""The exported course works as plain files and holds nothing that learners must not have."""

import shutil
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.course.course import Course
from grader.demo.library import read_demo
from grader.quiz.format.reader import read_quiz
from grader.workbook import export
from tests.demo.test_demo import SMALL
from tests.report.browser import CHROMIUM, Browser
from tests.workbook.conftest import ROOT


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole course, exported with one small demonstration."""
    folder = tmp_path_factory.mktemp("export")
    demo = folder / "demos" / "coins" / "demo.py"
    demo.parent.mkdir(parents=True)
    demo.write_text(SMALL.replace("if p == 1", "if p == 2"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "find_demos", lambda root: {"coins": read_demo(demo)})
        assert export.export(Course.load(ROOT), folder / "pages") > 30
        assert export.export(Course.load(ROOT), folder / "pages") > 30
    return folder / "pages"


def test_nothing_secret_is_exported(pages: Path) -> None:
    """No line of a suite or a solution, no feedback, no explanation, no choice's own id, no mark of the key."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages.rglob("*.html"))
    for solution in (ROOT / "solutions").glob("*/*.py"):
        stub = ROOT / "exercises" / solution.parent.name / solution.name
        own = [line.strip() for line in solution.read_text().splitlines() if line not in stub.read_text()]
        telling = [line for line in own if len(line) > 50 and line.isascii() and "<" not in line and '"' not in line]
        assert not [line for line in telling if line.replace("'", "&#39;") in text], solution
    for path in (ROOT / "quizzes").glob("*.yaml"):
        page = (pages / "quiz" / f"{path.stem}.html").read_text(encoding="utf-8")
        for question in read_quiz(path).questions:
            for told in [question.explanation, *(option.feedback for option in question.options)]:
                words = told[:60].split("`")[0].split("$")[0].strip()
                assert len(words) < 25 or words not in page, (path, question.id)
        assert "correct" not in page.partition("<main")[2].split("Question 1")[0]
    assert not list(pages.rglob("*.py")) and not list(pages.rglob("suite"))


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    """An export goes into an empty folder or over an earlier export, and nowhere else."""
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match="not an empty folder"):
        export.export(Course.load(ROOT), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: run `sh tests/tools.sh`")
def test_the_files_work_in_a_browser(pages: Path, tmp_path: Path) -> None:
    """Moved elsewhere, the map leads to a task; one answer of a question is right and explained; a frame changes."""
    shutil.copytree(pages, tmp_path / "host")
    with Browser(tmp_path / "profile") as browser:
        browser.open(tmp_path / "host" / "index.html", 390)
        links = browser.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
        assert not [one for one in links if not one.startswith("#") and not (tmp_path / "host" / one).is_file()]
        browser.click("a[href='exercise/ex03_cutmix.html']")
        browser.wait("document.title.startsWith('ex03')")
        browser.open(tmp_path / "host" / "quiz" / "r1-early-stopping.html", 1250)
        told = []
        for number in range(browser.evaluate("document.querySelectorAll('form:first-of-type input').length")):
            browser.evaluate(f"document.querySelectorAll('form:first-of-type input')[{number}].click()")
            browser.evaluate("document.querySelector('.told').textContent = ''")
            browser.click("form:first-of-type button")
            browser.wait("document.querySelector('.told').textContent")
            told.append(browser.evaluate("document.querySelector('.told').textContent"))
            if "✓" in told[-1]:
                browser.wait("document.querySelector('.why').textContent.length > 20")
        assert sorted(one[0] for one in told) == ["✓", *["✗"] * (len(told) - 1)]
        browser.open(tmp_path / "host" / "demo" / "coins.html", 1250)
        first = browser.evaluate("document.querySelector('img').src + document.querySelector('#numbers').innerText")
        browser.evaluate("(f => { f.value = '0.25'; f.dispatchEvent(new Event('change', {bubbles: true})); })"
                         "(document.querySelector('select'))")  # fmt: skip
        shown = browser.evaluate("document.querySelector('img').src + document.querySelector('#numbers').innerText")
        assert shown != first and "0.625" in shown
        browser.wait("document.querySelector('img').complete && document.querySelector('img').naturalWidth > 50")
        assert not browser.told("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
