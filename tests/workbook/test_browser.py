"""The workbook in a real browser: a learner clicks, types, saves files, and sees what happens."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.quiz.format.kinds.fill import FillQuestion
from grader.quiz.format.kinds.match import MatchQuestion
from grader.quiz.format.kinds.ordering import OrderQuestion
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.reader import read_quiz
from tests.report.browser import CHROMIUM, Browser
from tests.workbook.conftest import ROOT, Running

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: run `sh tests/tools.sh`")
AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
SOLUTION = ROOT / "solutions" / "ex15_cutout" / "cutout.py"
MISTAKE = min((ROOT / "solutions" / "ex15_cutout" / "mistakes").glob("*.py"))
STATUS = "document.querySelector('#status').innerText"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOP = "document.querySelector('.stub').getBoundingClientRect().top + scrollY"  # what verdicts must not push about
READY = "document.readyState == 'complete'"


@pytest.fixture
def browser(workbook: Running, tmp_path: Path) -> Iterator[Browser]:
    """A browser of its own that followed a one-time link; nothing may appear in its console."""
    with Browser(tmp_path / "profile") as found:
        done = workbook.grader("open", "--no-browser")
        found.visit(done.stdout.split()[-1])
        yield found
        assert not found.told("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")


def test_from_the_map_to_a_passed_exercise(workbook: Running, browser: Browser) -> None:
    """A failing save has numbers and a picture, a hint is a click away, and passing shows the solution and the next."""
    browser.click('a[href="/exercise/ex15_cutout"]')
    browser.wait(f"{READY} && {STATUS}.includes('Not started')")
    top = browser.evaluate(TOP)
    workbook.stub().write_bytes(MISTAKE.read_bytes())
    browser.wait(f"{STATUS}.includes('Not yet')")
    said = browser.evaluate("document.querySelector('#verdicts details[open] .said').innerText")
    assert any(digit in said for digit in "0123456789")
    assert browser.evaluate("document.querySelectorAll('#verdicts details[open]').length") == 1
    browser.wait("document.querySelector('#picture img') && document.querySelector('#picture img').naturalWidth > 100")
    browser.click("#hints button")
    browser.wait("document.querySelector('#hints .hint')")
    assert not browser.evaluate("document.querySelector('#after').innerText.trim()")
    workbook.stub().write_bytes(SOLUTION.read_bytes())
    browser.wait(f"{STATUS}.includes('Passed')")
    browser.wait("document.querySelector('#after .continue')")
    assert "def cutout" in browser.evaluate("document.querySelector('#after .code').textContent")
    assert browser.evaluate("document.querySelectorAll('#verdicts .passed').length") == browser.evaluate(
        "document.querySelector('#verdicts').children.length"
    )
    assert browser.evaluate(TOP) == top
    browser.visit(workbook.base)
    assert "passed" in browser.evaluate(
        "document.querySelector('a[href=\"/exercise/ex15_cutout\"]').parentElement.className"
    )


def test_what_a_file_prints_is_text(workbook: Running, browser: Browser) -> None:
    """Markup in a message and in printed lines is shown as it is, and does nothing."""
    evil = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    browser.visit(f"{workbook.base}exercise/ex15_cutout")
    workbook.stub().write_text(f"EVIL = {evil!r}\ndef cutout(*a, **k):\n    print(EVIL)\n    raise ValueError(EVIL)\n")
    browser.wait(f"{STATUS}.includes('Not yet')")
    assert browser.evaluate("document.querySelector('#verdicts').textContent").count(evil) >= 1
    assert browser.evaluate("document.querySelectorAll('#check script, #verdicts img').length") == 0
    assert browser.evaluate("document.title") != "owned"


def test_two_browsers_agree(workbook: Running, browser: Browser, tmp_path: Path) -> None:
    """A verdict and a hint appear in both; what one resets is reset in the other, and the file is kept as a copy."""
    with Browser(tmp_path / "other") as other:
        other.visit(workbook.grader("open", "--no-browser").stdout.split()[-1])
        for one in (browser, other):
            one.visit(f"{workbook.base}exercise/ex15_cutout")
        workbook.stub().write_bytes(MISTAKE.read_bytes() + b"\n# two\n")
        for one in (browser, other):
            one.wait(f"{STATUS}.includes('Not yet') && !document.querySelector('[aria-busy=true]')")
        texts = [one.evaluate("document.querySelector('#verdicts').textContent") for one in (browser, other)]
        assert texts[0] == texts[1]
        browser.click(".acts summary")
        browser.click(".acts details button")
        for one in (browser, other):
            one.wait(f"{STATUS}.includes('Not started')")
    (copy,) = (path for path in (workbook.root / ".grader" / "copies").rglob("*.py") if b"# two" in path.read_bytes())
    assert "NotImplementedError" in workbook.stub().read_text() and copy.read_bytes().endswith(b"# two\n")


def test_a_quiz_by_keys(workbook: Running, browser: Browser) -> None:
    """A number ticks, Enter answers and is told at once; the terminal's file has it; submitted, it is scored."""
    quizzes = map(read_quiz, sorted((ROOT / "quizzes").glob("*.yaml")))
    name = next(quiz.id for quiz in quizzes if quiz.questions[0].kind == "single")
    browser.visit(f"{workbook.base}quiz/{name}")
    browser.click("button[value=practice]")
    browser.wait(f"{READY} && location.pathname.endsWith('/1')")
    browser.press("2")
    browser.wait("document.querySelectorAll('.choice :checked').length == 1")
    browser.press("Enter")
    browser.wait("document.querySelector('.quiz [role=status]')")
    answers = json.loads((workbook.root / "answers" / f"{name}.json").read_text())
    (attempt,) = answers["attempts"]
    assert len(attempt["picks"]) == 1 and not attempt["submitted"]
    browser.press("Enter")
    browser.wait(f"{READY} && location.pathname.endsWith('/2')")
    browser.visit(f"{workbook.base}quiz/{name}/review")
    browser.click("[data-main]")
    browser.wait(f"{READY} && location.pathname.endsWith('/result')")
    assert "points" in browser.evaluate("document.querySelector('.state').innerText")
    assert json.loads((workbook.root / "answers" / f"{name}.json").read_text())["attempts"][0]["submitted"]


def test_a_typed_answer_is_checked_before_it_counts(workbook: Running, browser: Browser) -> None:
    """What cannot be an answer is told in words and not kept; what can be one is told right or wrong."""
    quizzes = map(read_quiz, sorted((ROOT / "quizzes").glob("*.yaml")))
    name, number = next(
        (quiz.id, at)
        for quiz in quizzes
        for at, one in enumerate(quiz.questions, 1)
        if one.kind == "numeric" and not one.refusal(("7",))
    )
    browser.visit(f"{workbook.base}quiz/{name}")
    browser.click("form button")
    browser.wait(f"{READY} && /\\d$/.test(location.pathname)")
    browser.visit(f"{workbook.base}quiz/{name}/{number}")
    typing = f"{READY} && document.activeElement.name == 'typed'"
    browser.wait(typing)
    for key in "abc":
        browser.press(key)
    browser.press("Enter")
    browser.wait(f"{typing} && document.querySelector('[role=alert]')")
    assert "Type" in browser.evaluate("document.querySelector('[role=alert]').innerText")
    assert browser.evaluate("document.activeElement.value") == "abc"
    browser.evaluate("document.activeElement.select()")
    browser.press("7")
    browser.press("Enter")
    browser.wait(f"{READY} && document.querySelector('.quiz [role=status]')")


def test_an_order_pairs_and_a_blank_are_answered_on_the_page(workbook: Running, browser: Browser) -> None:
    """Lines are read off the page, typed, told at once and scored: pairs and a blank in full, a moved line in part."""
    quiz = read_quiz(ROOT / "quizzes" / "m1-optimizers.yaml")
    browser.visit(f"{workbook.base}quiz/{quiz.id}")
    browser.click("button[value=practice]")
    browser.wait(f"{READY} && /\\d$/.test(location.pathname)")
    for number, one in enumerate(quiz.questions, 1):
        if one.kind not in ("order", "match", "fill"):
            continue
        browser.visit(f"{workbook.base}quiz/{quiz.id}/{number}")
        browser.wait(f"{READY} && document.activeElement.name == 'typed'")
        lines = browser.evaluate("[...document.querySelectorAll('.lines dt, .lines dd')].map(e => e.innerText.trim())")
        marks = dict(zip(lines[::2], lines[1::2], strict=True))
        browser.call("Input.insertText", text=typed(one, marks))
        browser.press("Enter")
        browser.wait(f"{READY} && document.querySelector('.quiz [role=status] b')")
        said = browser.evaluate("document.querySelector('.quiz [role=status] b').innerText")
        assert said == ("! partial" if one.kind == "order" else "✓ correct"), (one.id, said)
    browser.visit(f"{workbook.base}quiz/{quiz.id}/review")
    browser.click("[data-main]")
    browser.wait(f"{READY} && location.pathname.endsWith('/result')")
    assert browser.evaluate("document.querySelector('.state').innerText") == "2 4/5 of 16 points"  # 1 + 1 + 4 of 5


def typed(question: Question, marks: dict[str, str]) -> str:
    """A blank's text, all pairs, or an order whose last line was put first, by the marks that the page gives them."""
    found = {text: mark.rstrip(")") for mark, text in reversed(marks.items())}
    if isinstance(question, FillQuestion):
        return question.example[0]
    if isinstance(question, MatchQuestion):
        return " ".join(found[pair.text.replace("`", "")] + found[pair.match] for pair in question.pairs)
    assert isinstance(question, OrderQuestion)
    places = [found[step.text.replace("`", "")] for step in question.steps]
    return " ".join([places[-1], *places[:-1]])


def test_a_prediction_comes_before_the_figure(workbook: Running, browser: Browser) -> None:
    """No figure before the guess; then the truth beside it, and each slider draws anew."""
    browser.visit(f"{workbook.base}demo/early-stopping")
    assert browser.evaluate("document.querySelectorAll('.drawing img').length") == 0
    browser.evaluate("document.querySelector('[name=guess]').focus()")
    browser.press("7")
    browser.click(".predict button")
    browser.wait("document.querySelector('.drawing img') && document.querySelector('.drawing img').naturalWidth > 100")
    assert "You said 7, it is" in browser.evaluate("document.querySelector('.truth').innerText")
    before = browser.evaluate("document.querySelector('#numbers').innerText")
    browser.evaluate("document.querySelector('#p-patience').focus()")
    for _ in range(8):
        browser.press("ArrowRight")
    browser.wait("document.querySelector('.drawing img').src.startsWith('data:image/svg')")
    browser.wait("document.querySelector('output[for=p-patience]').textContent == '12'")
    browser.wait(f"document.querySelector('#numbers').innerText != {json.dumps(before)}")


def test_reading_needs_no_script(workbook: Running, browser: Browser) -> None:
    """With JavaScript off the task, its mathematics and the last verdicts are there, and a hint is one click away."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.visit(f"{workbook.base}lesson/r7_normalization")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.evaluate("document.querySelectorAll('math').length") > 20
    assert (
        workbook.ask("/exercise/ex15_cutout", Cookie=cookie(browser)).text.count('action="/exercise/ex15_cutout') >= 3
    )


def cookie(browser: Browser) -> str:
    """The browser's cookie, which no script of the page sees."""
    assert browser.evaluate("document.cookie") == ""
    (found,) = browser.call("Network.getCookies")["cookies"]
    return f"{found['name']}={found['value']}"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: run `sh tests/tools.sh`")
@pytest.mark.parametrize("page", ["", "lesson/overview", "exercise/ex15_cutout", "quiz/r2-hidden-penalties",
                                  "demo/loss-landscape", "demo/loss-landscape?guess="])  # fmt: skip
def test_pages_are_for_everybody(workbook: Running, browser: Browser, page: str) -> None:
    """axe finds nothing serious, light, dark, wide or on a phone, and nothing makes a page scroll sideways."""
    for width, scheme in ((1250, "light"), (1250, "dark"), (390, "light"), (390, "dark")):
        browser.visit(workbook.base + page, width, prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
        assert browser.evaluate(OVERFLOW) <= 0, (page, width)
        browser.call("Runtime.evaluate", expression=AXE.read_text(encoding="utf-8"))
        run = (
            "axe.run().then(r => JSON.stringify(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))))"
        )
        answer = browser.call("Runtime.evaluate", expression=run, awaitPromise=True, returnByValue=True)
        found = json.loads(answer["result"]["value"])
        assert not [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found], (page, scheme)
