"""The course's Markdown as HTML: code highlighted by classes, mathematics as MathML, no script and no raw HTML."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, TextLexer

from grader.base.text import visible
from grader.quiz.format.mathml import mathml

Link = Callable[[str], str]


def python(source: str, first: int | None = None) -> Markup:
    """Python with a class on each token; numbered from `first`, if given."""
    return highlighted(source, "python", first)


def highlighted(source: str, language: str, first: int | None = None) -> Markup:
    lexer = PythonLexer(stripnl=False) if language in ("python", "py") else TextLexer(stripnl=False)
    numbers: dict[str, str | int] = {} if first is None else {"linenos": "inline", "linenostart": first}
    formatter = HtmlFormatter(nowrap=first is None, classprefix="c-", cssclass="code", **numbers)
    html = highlight(visible(source), lexer, formatter)
    return Markup(html if first is not None else f'<pre class="code" tabindex="0"><code>{html}</code></pre>')


@cache
def parser() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(["table", "strikethrough"])
    found.use(
        dollarmath_plugin,
        allow_digits=True,
        double_inline=True,
        renderer=lambda tex, options: mathml(tex, "block" if options["display_mode"] else "inline"),
    )
    found.add_render_rule("fence", fence)
    found.add_render_rule("code_block", fence)
    found.add_render_rule("table_open", lambda *_: '<div class="scroll" tabindex="0"><table>')
    found.add_render_rule("table_close", lambda *_: "</table></div>")
    found.add_render_rule("math_block", block)
    return found


def fence(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    words = token.info.split()
    return str(highlighted(token.content, words[0] if words else "text"))


def block(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f'<div class="math scroll" tabindex="0">{mathml(tokens[at].content.strip(), "block")}</div>'


def prose(text: str, link: Link = lambda target: target, drop_title: bool = False) -> Markup:
    """A page's text as HTML; `link` says where a relative link or picture leads; empty means that it leads nowhere.

    `drop_title` leaves out a heading at the very beginning, for pages that show it themselves.
    """
    tokens = parser().parse(visible(text))
    if drop_title and len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        for inner in token.children or ():
            turn(inner, link)
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
    anchors(tokens)
    return Markup(parser().renderer.render(tokens, parser().options, {}))


def turn(token: Token, link: Link) -> None:
    """Leads a link or a picture to where its page is in the workbook."""
    name = {"link_open": "href", "image": "src"}.get(token.type)
    target = str(token.attrGet(name)) if name else ""
    if not name or "://" in target or target.startswith(("#", "mailto:")):
        return
    token.attrSet(name, link(target))


def anchors(tokens: Sequence[Token]) -> None:
    """An id for each heading, made from its words."""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(tokens[number + 1].content))


def headings(text: str) -> list[tuple[str, str]]:
    """(id, words) of the headings of the second level."""
    tokens = parser().parse(visible(text))
    pairs = zip(tokens, tokens[1:], strict=False)
    found = [inner for token, inner in pairs if token.type == "heading_open" and token.tag == "h2"]
    return [(slug(inner.content), plain(inner)) for inner in found]


def title(text: str) -> str:
    """The heading at the beginning of a text."""
    tokens = parser().parse(visible(text))
    return plain(tokens[1]) if len(tokens) > 2 and tokens[0].type == "heading_open" else ""


def plain(token: Token) -> str:
    return "".join(inner.content for inner in token.children or ())


def slug(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
    return str(escape("-".join(words)))
