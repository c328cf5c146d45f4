"""Checked and named cells, as the kernel and the class report read them."""

import json
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.commands.render import Line
from grader.course.course import carried_course
from grader.course.notebook import notebook
from grader.course.submission import Submission
from grader.disposable.child.check_cell import asks_for, name_of
from grader.notebook.cells import source_of
from grader.notebook.view import View

CUTMIX = carried_course().exercise("ex03")


def handed_in(tmp_path: Path, *cells: str) -> str:
    """The submission that a notebook of these code cells is, read as for a class."""
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": text} for text in cells]}
    path = tmp_path / "cutmix.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    return Submission.read(path, CUTMIX).source.decode()


@pytest.mark.parametrize("key", ["ex03", "ex3", "3", "EX03", "ex03_cutmix"])
def test_the_checked_cell_is_the_submission(tmp_path: Path, key: str) -> None:
    """A class report takes the last cell that is checked, whole, however its line spells the exercise."""
    cells = ("def cutmix(): return 0", f"%%check {key}\nprint(1)\ndef cutmix(): return 1", "def cutmix(): return 2")
    assert handed_in(tmp_path, *cells) == "print(1)\ndef cutmix(): return 1\n"
    again = (*cells, f"%%check {key} --seed 3\ndef cutmix(): return 3")
    assert handed_in(tmp_path, *again) == "def cutmix(): return 3\n"


def test_named_cells_come_before_it(tmp_path: Path) -> None:
    """What `--with` names travels along in that order, in the kernel as in the report."""
    a, b, checked = "# cell: one\nA = 1", "#cell: two\nB = 2", "def cutmix(): return A + B"
    report = handed_in(tmp_path, a, b, f"%%check ex03 --with two --with one\n{checked}")
    assert report == f"{b}\n{a}\n{checked}\n"
    assert source_of(checked, ["two", "one"], [a, b]).decode() == report
    assert source_of(checked, ["one"], [a, "# cell: one\nA = 5"]).decode() == f"# cell: one\nA = 5\n{checked}\n"
    with pytest.raises(UsageError, match="no cell that was run is called 'three'"):
        source_of(checked, ["three"], [a, b])


@pytest.mark.parametrize(
    "line", ["%%check ex04", "%%check", "%%check ex03 --with gone", "%%check ex03 --loud", "%%chec"]
)
def test_other_cells_are_not(tmp_path: Path, line: str) -> None:
    """A cell checked for another exercise, or by a line that cannot be followed, is left out; definitions count."""
    assert "return 7" in handed_in(tmp_path, "def cutmix(): return 7", f"{line}\ndef cutmix(): return 8")


def test_keys_and_names() -> None:
    """Exercises are told apart by their number, cells by their first line."""
    assert asks_for("%%check ex03 --seed 1", "ex03") and asks_for("%%check my-own", "my-own")
    assert not asks_for("%%check ex30", "ex03") and not asks_for("%%time", "ex03")
    assert name_of("\n# cell: tools \nx") == "tools"
    assert name_of("x = 1\n# cell: tools") == "" and name_of("# cells") == ""


def test_a_notebook_holds_text_and_stub() -> None:
    """It is valid for Jupyter's own reader, and what is checked in it unchanged is the stub itself."""
    import nbformat

    stub = CUTMIX.stub.read_text(encoding="utf-8")
    data = notebook(CUTMIX, "# CutMix\n\nÜber λ", stub)
    book = nbformat.reads(data.decode("utf-8"), 4)
    nbformat.validate(book)
    assert [cell.cell_type for cell in book.cells] == ["markdown", "code", "code", "code"]
    assert book.cells[0].source == "# CutMix\n\nÜber λ"
    assert book.cells[2].source.split() == ["%%check", "ex03", *stub.split()]


def test_a_page_shows_text_as_text() -> None:
    """What a submission prints is escaped; a front end without HTML gets the same lines."""
    view = View([Line("<script>alert(1)</script>", "bold red"), Line("✓ fine", "green")], "next test")
    assert "<script>" not in view._repr_html_() and "&lt;script&gt;" in view._repr_html_()
    assert repr(view).splitlines() == ["<script>alert(1)</script>", "✓ fine", "next test …"]
    view.picture = b"png"
    assert 'src="data:image/png;base64,cG5n"' in view._repr_html_()
