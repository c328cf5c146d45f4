"""Markdown -> the HTML a learning platform shows: the one rendering all three formats carry.

Platforms disagree on Markdown and most leave `$...$` alone, but all of them typeset `\\(...\\)` in HTML with MathJax, so
that is what mathematics becomes. Everything a text holds is escaped; HTML inside a text stays visible as typed.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_MATH = re.compile(r"\$(?![\s$])((?:\\.|[^\\$])+?)(?<!\s)\$(?!\d)", re.DOTALL)


def to_html(text: str) -> str:
    """The HTML of a Markdown text; a single paragraph comes without its `<p>`."""
    tokens = _MARKDOWN.parse(text)
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        tokens = tokens[1:2]
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})).strip("\n")


def images(text: str) -> list[str]:
    """The images a text shows, in order: no format carries the files."""
    tokens = [child for token in _MARKDOWN.parse(text) for child in token.children or ()]
    return [str(token.attrs.get("src", "")) for token in tokens if token.type == "image"]


def _math(state: StateInline, silent: bool) -> bool:
    """`$...$` on one stretch of text; a price such as $5 is none, as its closing sign is missing or a digit follows."""
    found = _MATH.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("math", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _render_math(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return rf"\({escapeHtml(tokens[index].content)}\)"


def _render_text(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Text in which nothing looks like the start of mathematics to MathJax."""
    html = escapeHtml(tokens[index].content)
    html = re.sub(r"\\([()\[\]])", r"\\<span>\1</span>", html)
    return html.replace("$$", "$<span>$</span>")


_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_MARKDOWN.inline.ruler.before("escape", "math", _math)
_MARKDOWN.add_render_rule("math", _render_math)
_MARKDOWN.add_render_rule("text", _render_text)
