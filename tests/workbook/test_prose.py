"""Markdown of the course becomes HTML that holds mathematics, colored code, and nothing that was not meant."""

import re

import pytest

from grader.course.course import Course
from grader.workbook import prose
from grader.workbook.shelf import Shelf
from tests.workbook.conftest import ROOT


def test_mathematics_is_mathml() -> None:
    """Formulas in a line and displayed ones become MathML without a trace of TeX; a price stays a price."""
    html = prose.prose(
        "The share $1-\\lambda$ and\n\n$$\\hat x = \\frac{x - \\mu}{\\sqrt{\\sigma^2}}$$\n\nfor \\$5 and 6 $."
    )
    assert html.count("<math") == 2 and 'display="block"' in html and "\\" not in html and "$5 and 6 $" in html


def test_code_is_colored_by_classes() -> None:
    """A fence of Python has a class per token and no style of its own; other fences stay plain."""
    html = prose.prose("```python\nfor x in y: pass\n```\n\n```text\nfor x\n```\n")
    assert '<span class="c-k">for</span>' in html and "style=" not in html
    assert html.count('class="c-k"') == 2


@pytest.mark.parametrize(
    "evil",
    [
        "<script>x()</script>", "<img src=x onerror=x()>", "[a](javascript:x())", "![a](javascript:x())",
        "[a](data:text/html,x)", "$\\href{javascript:x()}{y}$", "$\\text{<script>x()</script>}$",
    ],
)  # fmt: skip
def test_no_markup_gets_through(evil: str) -> None:
    """Raw HTML is text, and no link runs a script, whoever wrote the page."""
    html = prose.prose(f"before {evil} after")
    assert not re.search(r"<script|<img[^>]*onerror|(href|src)=\"(javascript|data):", html)


def test_links_lead_within_the_workbook() -> None:
    """A link to an exercise's folder or to the lesson leads to its page; what has no page leads nowhere."""
    shelf = Shelf(Course.load(ROOT))
    assert shelf.link("ex03_cutmix/README.md") == "/exercise/ex03_cutmix"
    assert shelf.link("../README.md#x", "../", ".html") == "../lesson/overview.html#x"
    assert shelf.link("../../grader/cli.py") == "#" == shelf.link("")


def test_every_page_of_the_course_renders() -> None:
    """Each lesson and each task has a heading, no TeX left over, and no dead link."""
    shelf = Shelf(Course.load(ROOT))
    texts = [lesson.path for lesson in shelf.lessons.values()]
    texts += [shelf.readme(exercise) for exercise in shelf.course.exercises.values()]
    assert len(texts) > 25
    for path in texts:
        heading, html, _ = shelf.text(path)
        words = re.sub(r"<(pre|code).*?</\1>", "", html, flags=re.DOTALL)
        assert heading and 'href="#"' not in html, path
        assert not re.search(r"\\[a-z]{2,}|\$[^ ]", words), (
            path,
            re.findall(r".{20}\\[a-z]{2,}|.{9}\$[^ ].{9}", words),
        )
