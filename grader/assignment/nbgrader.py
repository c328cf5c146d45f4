"""An nbgrader assignment: cells marked by their metadata, solutions and hidden tests between comment lines."""

import re
from collections.abc import Iterable

from grader.assignment.parts import Assignment, GradedCell, NotebookCell

BEGIN = re.compile(r"^\s*#+\s*BEGIN SOLUTION\b")
END = re.compile(r"^\s*#+\s*END SOLUTION\b")
HIDDEN = re.compile(r"^\s*#+\s*(?:BEGIN|END) (?:HIDDEN TESTS|MARK SCHEME)\b.*\n?", re.MULTILINE)


def read_nbgrader(cells: Iterable[NotebookCell]) -> Assignment:
    """The parts of an instructor's version."""
    found = Assignment()
    for cell in cells:
        mark = cell.metadata.get("nbgrader")
        about = mark if isinstance(mark, dict) else {}
        name = str(about.get("grade_id") or "")
        graded, solution = bool(about.get("grade")), bool(about.get("solution"))
        if cell.kind == "markdown" and not solution:
            found.texts.append(cell.source)
        elif cell.kind == "markdown":
            found.left_out.append(f"{name or 'a cell'}: an answer in words, which nobody can judge but you")
        elif cell.kind == "code" and graded and not solution:
            points = points_of(about.get("points"))
            found.tests.append(GradedCell(name, HIDDEN.sub("", cell.source), points, cell.output))
        elif cell.kind == "code":
            found.add_code(*without_marks(cell.source, whole=solution))
            if graded:
                found.left_out.append(f"{name or 'a cell'}: graded by hand, it has no tests of its own")
    return found


def points_of(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 else None


def without_marks(source: str, whole: bool) -> tuple[str, set[int]]:
    """The code without its comment lines, and the lines of the solution; all are where `whole` has no marks in it."""
    lines: list[str] = []
    solution: set[int] = set()
    inside = marked = False
    for line in source.splitlines():
        if BEGIN.match(line):
            inside = marked = True
        elif END.match(line):
            inside = False
        else:
            lines.append(line)
            if inside:
                solution.add(len(lines))
    return "\n".join(lines), solution if marked or not whole else set(range(1, len(lines) + 1))
