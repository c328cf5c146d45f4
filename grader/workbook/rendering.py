"""Pages from templates, in the style of the class report: one sheet of style, everything escaped by default."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.course.exercise import Exercise
from grader.engine.verdict import OUTCOMES, Verdict
from grader.report.page import templating
from grader.workbook.checking import Report, stamp
from grader.workbook.prose import python

TEMPLATES = Path(__file__).parent / "templates"


@cache
def style() -> str:
    """The report's style sheet with the workbook's own behind it."""
    return templating.style() + (TEMPLATES / "workbook.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    return (TEMPLATES / "page.js").read_text(encoding="utf-8")


@cache
def version() -> str:
    """Changes with script and style, so that a browser may keep them."""
    return hashlib.sha256((style() + script()).encode()).hexdigest()[:10]


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=templating.shown, auto_reload=False,
    )  # fmt: skip
    found.filters.update(prose=templating.prose)
    found.globals.update(
        outcomes=OUTCOMES, python=python, vscode=vscode, stamp_of=stamp, first_failed=first_failed, gates=gates,
        stamp=version(), base="/", index="", ext="", static=False, nonce="",
    )  # fmt: skip
    return found


def page(template: str, **data: Any) -> str:
    """A template filled in."""
    return environment().get_template(template).render(**data)


def part(name: str, *arguments: Any) -> str:
    """One macro of `parts.html`: a piece of a page that changes while it is looked at."""
    module = environment().get_template("parts.html").module
    return str(getattr(module, name)(*arguments)).strip()


def vscode(exercise: Exercise, line: int = 1) -> str:
    return f"vscode://file{quote(str(exercise.stub.resolve()))}:{line}"


def pycharm(exercise: Exercise) -> str:
    return f"pycharm://open?file={quote(str(exercise.stub.resolve()), safe='')}&line=1"


def first_failed(report: Report) -> str:
    """The test whose failure is shown open: the first of this check's, else of those in view."""
    failed: list[Verdict] = [one for one in (report.verdicts or report.shown) if not one.passed]
    return failed[0].name if failed else ""


def gates(report: Report) -> list[Verdict]:
    record = report.record
    return [] if record is None or record.outcome == "ungraded" else [
        one for one in record.verdicts if one.gate and not one.passed
    ]  # fmt: skip
