"""The comparison in docs/for-authors.md is what is counted, and what is counted works as far as it runs here."""

import ast
import json
import runpy
from pathlib import Path

import pytest

from benchmarks.authoring.__main__ import HERE, PEERS, ours, table

PAGE = Path(__file__).parent.parent / "docs" / "for-authors.md"


def test_the_table_is_what_is_counted() -> None:
    """Its rows are those of `python -m benchmarks.authoring`, with every file of the session among ours."""
    assert f"\n{table()}\n" in PAGE.read_text(encoding="utf-8")
    assert len(dict(ours())) == 8 and all(count for _, count in ours())


@pytest.mark.parametrize("name", ["otter", "nbgrader"])
def test_a_notebook_tells_right_from_wrong(name: str, tmp_path: Path) -> None:
    """Its test cells pass after its solution, and one fails after a solution that takes the farthest."""
    book = json.loads((HERE / name / "nearest.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == 3

    def run(solution: str) -> None:
        (tmp_path / "cells.py").write_text("\n\n".join([solution, *cells[1:]]), encoding="utf-8")
        runpy.run_path(str(tmp_path / "cells.py"))

    run(cells[0])
    with pytest.raises(AssertionError, match="indices of"):
        run(cells[0].replace("argmin(1)", "argmax(1)"))
    with pytest.raises(AssertionError, match="no center"):
        run(cells[0].replace("len(centers) == 0", "False").replace("return ", "return len(centers) and "))


def test_the_others_are_sound_files() -> None:
    """Every Python file parses, the JSON reads, and each tool asks for the same two things."""
    for folder in PEERS.values():
        files = [path for path in (HERE / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        for path in files:
            if path.suffix == ".py":
                ast.parse(path.read_text(encoding="utf-8"))
            elif path.suffix in (".json", ".ipynb"):
                json.loads(path.read_text(encoding="utf-8"))
        text = "".join(path.read_text(encoding="utf-8") for path in files)
        assert "(30, 3, 5)" in text and "torch.ones(0, 2)" in text and "argmin(1)" in text, folder
