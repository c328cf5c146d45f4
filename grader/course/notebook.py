"""An exercise as a Jupyter notebook: its text, the stub as a cell that is checked, and a cell to try things in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

from grader.base.errors import CourseError
from grader.course.exercise import Exercise

LOAD = "%load_ext grader"
TRY = """%define {key}
# The names of the cell above are here now, as you last checked them: try them out."""


def notebook(exercise: Exercise, readme: str, stub: str, others: Mapping[str, str] | None = None) -> bytes:
    """The notebook's file (nbformat 4.5), the same bytes for the same texts.

    `others` are the stubs beside the first one, each in a cell that writes its file.
    """
    beside = enumerate((others or {}).items())
    cells = [
        cell("markdown", "text", readme.strip()),
        cell("code", "load", LOAD),
        *(cell("code", f"file{at}", f"%%writefile {name}\n{text.strip()}") for at, (name, text) in beside),
        cell("code", "check", f"%%check {exercise.key}\n{stub.strip()}"),
        cell("code", "try", TRY.format(key=exercise.key)),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {
        "cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}, "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode()


class NotebookCell(TypedDict):
    """One cell of a notebook file; code cells have outputs and a count, too."""

    cell_type: str
    id: str
    metadata: dict[str, object]
    source: list[str]
    execution_count: NotRequired[int | None]
    outputs: NotRequired[list[object]]


def cell(kind: str, name: str, text: str) -> NotebookCell:
    found: NotebookCell = {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}
    if kind == "code":
        found |= {"execution_count": None, "outputs": []}
    return found


def notebook_of(exercise: Exercise) -> bytes:
    """The notebook of the exercise's own files. CourseError for one of them that is no UTF-8 text."""
    readme = exercise.folder / "README.md"
    main, *others = map(text_of, exercise.stubs)
    beside = dict(zip(exercise.files, others, strict=True))
    return notebook(exercise, text_of(readme) if readme.is_file() else "", main, beside)


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CourseError("is not UTF-8, so that no notebook can hold it", f"{path}:1", "save it as UTF-8") from None


def name_of(exercise: Exercise) -> str:
    """The notebook's name beside the stub, by which a class report knows what it is handed in for."""
    return exercise.file.removesuffix(".py") + ".ipynb"
