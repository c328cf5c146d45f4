"""Texts on the way out (Markdown to HTML that a platform shows) and on the way in (HTML to Markdown)."""

from pathlib import Path

import pytest

from grader.quiz.exchange.htmltree import MAX_DEPTH, parse
from grader.quiz.exchange.markdown import from_plain, to_markdown
from grader.quiz.exchange.rendering import images, to_html
from grader.quiz.format.console import rendered
from grader.quiz.format.reader import read_quiz

BANK = sorted((Path(__file__).parents[2] / "quizzes").glob("*.yaml"))


@pytest.mark.parametrize("path", BANK, ids=lambda path: path.stem)
def test_every_text_of_the_bank_looks_the_same_after_a_round_trip(path: Path) -> None:
    """From Markdown to HTML and back, a learner in the terminal and one on the platform see what they saw before."""
    texts = [text for question in read_quiz(path).questions for _, text in question.texts]
    assert len(texts) > 50
    for text in texts:
        back = to_markdown(to_html(text))
        assert to_html(back) == to_html(text)
        assert rendered(back, 80) == rendered(text, 80)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        (r"$\nabla L<0$ and `a<b`", r"\(\nabla L&lt;0\) and <code>a&lt;b</code>"),
        ("$$x$$ costs $5", r"\(x\) costs $5"),
        (r"\\(x\\) \$\$", r"\<span>(</span>x\<span>)</span> $<span>$</span>"),
        ("**not** *so* **`x`**", "<strong>not</strong> <em>so</em> <strong><code>x</code></strong>"),
        ("<script>alert('x')</script>", "&lt;script&gt;alert('x')&lt;/script&gt;"),
        ('![a "b"](i.png)', '<img src="i.png" alt="a &quot;b&quot;" />'),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("x\n```python\nif a < b:\n\n    c\n```", "<p>x</p>\n<pre><code>if a &lt; b:\n\n    c\n</code></pre>"),
        ("- a\n- b\n  - c", "<ul>\n<li>a</li>\n<li>b<ul>\n<li>c</li>\n</ul></li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("x ]]> y", "x ]]&gt; y"),
    ],
)
def test_markdown_becomes_the_html_a_platform_shows(text: str, html: str) -> None:
    """Mathematics in the marks MathJax knows, everything else escaped, and the HTML reads back to the same."""
    assert to_html(text) == html
    assert to_html(to_markdown(html)) == html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><div>b<br>c</div>", "a\n\nb\n\nc"),
        ("a &lt; b &amp;amp; c&nbsp;d", "a < b &amp; c\xa0d"),
        ("<b>NOT </b>this, <i>that</i>", "**NOT** this, *that*"),
        ("un<i>believ</i>able <b>2*3</b>", "unbelievable **2*3**"),
        ("x<sub>i</sub><sup>2</sup>", "x_(i)^(2)"),
        (r"\(x\)5 \[ y \] $$z$$ $5", r"$$x$$5 $y$ $z$ \$5"),
        ('<img class="equation_image" data-equation-content="\\frac{a}{b}" src="/eq">', r"$\frac{a}{b}$"),
        (
            '<img src="a.png" alt="the ]curve["><img src="data:image/png;base64,xx" alt="dot">',
            "![the )curve[](a.png)dot",
        ),
        ('<a href="https://x.org/a">docs</a> <a href="javascript:x()">go</a>', "docs (https://x.org/a) go"),
        ("<script>if (a<b) '</p>'</script>x<style>p{}</style><!-- y -->", "x"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd"),
        ("<h2>Title</h2><table><tr><th>a<td>b</table>", "**Title**\n\na | b"),
        ("<pre>a\n  ```\n</pre>", "````\na\n  ```\n````"),
        ("<code>a`b</code>", "``a`b``"),
        ("<p>1. no list</p><p># no heading</p><p>- no item</p>", "1\\. no list\n\n\\# no heading\n\n\\- no item"),
        ("3 < 4 <p", "3 < 4 <p"),
        ("&#27;[31m", "[31m"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
    ],
)
def test_html_of_others_becomes_markdown(html: str, text: str) -> None:
    """What a learner needs of a platform's HTML is kept, what could act is dropped."""
    assert to_markdown(html) == text


def test_tags_nested_too_deep_keep_their_text() -> None:
    """A thousand divisions around a word leave the word."""
    assert to_markdown("<div>" * 1000 + "word" + "</div>" * 1000) == "word"
    depth, node = 0, parse("<div>" * 1000)
    while node.elements:
        depth, node = depth + 1, node.elements[0]
    assert depth == MAX_DEPTH


def test_plain_text_shows_as_it_is() -> None:
    """Characters that Markdown would take are escaped, lines stay lines."""
    assert from_plain("a **b**\n# c\n$5") == "a \\*\\*b\\*\\*\n\n\\# c\n\n\\$5"
    assert rendered(from_plain("a **b**\n# c\n$5"), 80) == "a **b**\n\n# c\n\n$5"


def test_images_are_listed() -> None:
    """The files a text shows, not those it only speaks of."""
    assert images("![a](x.png) `![b](y.png)`\n\n- ![c](z.png)") == ["x.png", "z.png"]
