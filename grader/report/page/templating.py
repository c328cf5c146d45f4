"""HTML from templates: everything is escaped by default, nothing runs and nothing is fetched (a strict CSP)."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.base.text import visible
from grader.quiz.format.console import inline
from grader.quiz.format.markup import Span, blocks

TEMPLATES = Path(__file__).parent / "templates"


@cache
def style() -> str:
    """The one style sheet, which every page carries."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The Content Security Policy: this very style sheet, pictures inside the page, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=shown, auto_reload=False,
    )  # fmt: skip
    found.filters["prose"] = prose
    found.filters["picture"] = picture
    found.globals.update(style=Markup(style()), policy=policy())
    return found


def page(template: str, **data: Any) -> str:
    """A template filled in."""
    return environment().get_template(template).render(**data)


def shown(value: Any) -> Any:
    """What runs over every value that a template prints, before it is escaped."""
    return visible(value) if type(value) is str else value


def picture(svg: bytes) -> Markup:
    """A data URI: in an <img> an SVG is a picture only, whatever it holds."""
    return Markup("data:image/svg+xml;base64,") + base64.b64encode(svg).decode()


def prose(text: str) -> Markup:
    """A quiz's Markdown as HTML: paragraphs, items, code, bold, emphasis; mathematics in Unicode."""
    parts = []
    for block in blocks(visible(text)):
        if block.kind == "code":
            parts.append(Markup("<pre>{}</pre>").format(block.source))
        else:
            spans = Markup("").join(map(span_html, block.spans))
            parts.append(Markup("<p>{}{}</p>").format(block.marker, spans))
    return Markup("").join(parts)


def span_html(span: Span) -> Markup:
    if span.kind == "code":
        return Markup("<code>{}</code>").format(span.text)
    tag = {"bold": "strong", "emphasis": "em"}.get(span.style, "i" if span.kind == "math" else "")
    text = escape(inline(span))
    return Markup(f"<{tag}>{{}}</{tag}>").format(text) if tag else text
