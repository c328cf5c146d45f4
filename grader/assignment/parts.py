"""What an assignment notebook consists of, whatever system it was written for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.base.errors import UsageError

MOST = 32 << 20


@dataclass(frozen=True)
class NotebookCell:
    """One cell as an author wrote it; `output` is the text that it last gave."""

    kind: str
    source: str
    metadata: dict[str, Any]
    output: str = ""


@dataclass(frozen=True)
class GradedCell:
    """A cell with tests, what it is worth, and the text that its last expression gave."""

    name: str
    source: str
    points: float | None = None
    output: str = ""


@dataclass
class Assignment:
    """The parts in the notebook's order: texts, code with the numbers of the lines that learners write, tests."""

    texts: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    written: set[int] = field(default_factory=set)  # lines of the solution alone, counted from 1
    tests: list[GradedCell] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add_code(self, source: str, solution: set[int]) -> None:
        """Code below what is there; `solution` are the lines of it that learners write."""
        start = len(self.lines)
        self.written |= {start + number for number in solution}
        self.lines += [*source.rstrip().splitlines(), "", ""]


def notebook_cells(path: Path) -> Iterator[NotebookCell]:
    """The cells of a notebook file. UsageError for what is none."""
    try:
        if path.stat().st_size > MOST:
            raise UsageError(f"is larger than {MOST >> 20} MiB", str(path), "clear its outputs first")
        book = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", str(path), "name the assignment's notebook") from None
    except (ValueError, RecursionError):
        raise UsageError("is no notebook", str(path), "name the assignment's .ipynb file") from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        raise UsageError("is no notebook of version 4", str(path), "open it in Jupyter and save it again")
    for cell in cells:
        if isinstance(cell, dict) and isinstance(cell.get("cell_type"), str):
            metadata = cell.get("metadata")
            known = metadata if isinstance(metadata, dict) else {}
            yield NotebookCell(cell["cell_type"], text_of(cell.get("source")), known, output_of(cell.get("outputs")))


def text_of(source: Any) -> str:
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


def output_of(outputs: Any) -> str:
    """The text of a cell's last result."""
    for output in reversed(outputs if isinstance(outputs, list) else []):
        data = output.get("data") if isinstance(output, dict) else None
        if isinstance(data, dict) and data.get("text/plain"):
            return text_of(data["text/plain"])
    return ""
