"""HTML from templates: everything is escaped by default and nothing is fetched (a strict CSP).

The class page alone has a script, which sorts and filters its table; the policy names it by its hash.
"""

import base64
import hashlib
import re
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.base.text import visible
from grader.quiz.format.console import inline
from grader.quiz.format.markup import Block, Span, blocks
from grader.quiz.format.mathml import mathml
from grader.quiz.score.release import image_file

TEMPLATES = Path(__file__).parent / "templates"
IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
          ".svg": "image/svg+xml"}  # fmt: skip
SIZE = re.compile(rb'<svg[^>]*?\bwidth="([\d.]+)pt"')


@cache
def style() -> str:
    """The one style sheet, which every page carries."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """The class page's script."""
    return (TEMPLATES / "report.js").read_text(encoding="utf-8")


def policy(runs: bool = False) -> str:
    """The Content Security Policy: this very style sheet, pictures inside the page, and nothing else.

    `runs`: the page's one script too.
    """
    scripts = f"script-src 'sha256-{digest(script())}'; " if runs else ""
    return (
        f"default-src 'none'; {scripts}style-src 'sha256-{digest(style())}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=shown, auto_reload=False,
    )  # fmt: skip
    found.filters.update(prose=prose, picture=picture, width=width)
    found.globals.update(style=Markup(style()), script=Markup(script()), policy=policy)
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


def width(svg: bytes) -> int:
    """The width in CSS pixels at which the letters of a chart have the size of the page's."""
    found = SIZE.search(svg[:4000])
    return round(float(found[1]) * 4 / 3) if found else 600


def prose(text: str, media: Path | None = None) -> Markup:
    """A quiz's Markdown as HTML: paragraphs, lists, code, bold, emphasis, formulas; images from the folder `media`."""
    parts = []
    for listed, some in groupby(blocks(visible(text)), key=lambda block: block.kind == "item"):
        if listed:
            items = Markup("").join(Markup("<li>{}</li>").format(spans_html(block, media)) for block in some)
            parts.append(Markup("<ul>{}</ul>").format(items))
            continue
        for block in some:
            if block.kind == "code":
                parts.append(Markup("<pre>{}</pre>").format(block.source))
            else:
                parts.append(Markup("<p>{}</p>").format(spans_html(block, media)))
    return Markup("").join(parts)


def spans_html(block: Block, media: Path | None) -> Markup:
    number = block.marker.strip() if block.marker.strip()[:1].isdigit() else ""
    return Markup("").join([escape(f"{number} " if number else ""), *(span_html(span, media) for span in block.spans)])


def span_html(span: Span, media: Path | None = None) -> Markup:
    if span.kind == "code":
        return Markup("<code>{}</code>").format(span.text)
    if span.kind == "math":
        return Markup(mathml(span.text))
    if span.kind == "image" and (data := image(media, span.target)):
        return Markup('<img class="figure" src="{}" alt="{}">').format(data, span.text)
    tag = {"bold": "strong", "emphasis": "em"}.get(span.style, "")
    text = escape(inline(span))
    return Markup(f"<{tag}>{{}}</{tag}>").format(text) if tag else text


@cache
def image(media: Path | None, name: str) -> str:
    """An image of a quiz as a data URI; empty if there is none of that name."""
    path = image_file(media, name) if media else None
    if path is None or path.suffix.casefold() not in IMAGES:
        return ""
    return f"data:{IMAGES[path.suffix.casefold()]};base64,{base64.b64encode(path.read_bytes()).decode()}"
