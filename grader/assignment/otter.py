"""An Otter Assign notebook: raw cells say where questions, solutions and tests begin and end, comments mark lines."""

import re
from collections.abc import Iterable

from grader.assignment.nbgrader import points_of
from grader.assignment.parts import Assignment, GradedCell, NotebookCell

MARK = re.compile(r"^\s*#\s*(BEGIN|END)\s+(QUESTION|SOLUTION|PROMPT|TESTS|TEST)\b", re.IGNORECASE)
CONFIG = re.compile(r"^\s*#\s*ASSIGNMENT CONFIG\b", re.IGNORECASE)
KEY = re.compile(r"^\s*(name|points|manual)\s*:\s*(.+?)\s*$", re.MULTILINE)
LINE = re.compile(r"\s*#\s*SOLUTION(?:\s+NO PROMPT)?\s*$", re.IGNORECASE)
BEGIN = re.compile(r"^\s*#\s*BEGIN SOLUTION\b", re.IGNORECASE)
END = re.compile(r"^\s*#\s*END SOLUTION\b", re.IGNORECASE)
IGNORED = re.compile(r"^\s*#\s*(BEGIN|END) IGNORE\b", re.IGNORECASE)
IGNORE = re.compile(r"#\s*IGNORE\s*$", re.IGNORECASE)
PROMPT = re.compile(r'^\s*(?:"""|\'\'\')\s*#\s*(BEGIN|END) PROMPT\s*$', re.IGNORECASE)
TEST_CONFIG = re.compile(r'^(?:"""|\'\'\')\s*#\s*BEGIN TEST CONFIG\n(.*?)^(?:"""|\'\'\')\s*#\s*END TEST CONFIG\n?',
                         re.DOTALL | re.MULTILINE | re.IGNORECASE)  # fmt: skip
HIDDEN = re.compile(r"^\s*#\s*HIDDEN\s*\n", re.IGNORECASE)


def read_otter(cells: Iterable[NotebookCell]) -> Assignment:
    """The parts of a source notebook, as `otter assign` takes it."""
    found = Assignment()
    question, points, inside = "", None, ""
    for cell in cells:
        mark = MARK.match(cell.source) if cell.kind == "raw" or "\n" not in cell.source.strip() else None
        if CONFIG.match(cell.source):
            continue
        if mark:
            begins, what = mark[1].upper() == "BEGIN", mark[2].upper().removesuffix("S")
            keys = dict(KEY.findall(cell.source))
            if what == "QUESTION":
                question, points = (keys.get("name", ""), number(keys.get("points"))) if begins else ("", None)
            inside = what if begins and what != "QUESTION" else ""
        elif cell.kind == "markdown" and inside == "":
            found.texts.append(cell.source)
        elif cell.kind == "markdown" and inside == "SOLUTION":
            found.left_out.append(f"{question or 'a question'}: an answer in words, which nobody can judge but you")
        elif cell.kind == "code" and inside == "TEST":
            config = TEST_CONFIG.search(cell.source)
            keys = dict(KEY.findall(config[1])) if config else {}
            text = HIDDEN.sub("", TEST_CONFIG.sub("", cell.source))
            own = number(keys.get("points"))
            found.tests.append(GradedCell(question, text, points if own is None else own, cell.output))
        elif cell.kind == "code" and inside != "PROMPT":
            found.add_code(*without_marks(cell.source, whole=inside == "SOLUTION"))
    return found


def number(text: str | None) -> float | None:
    try:
        return points_of(float(text)) if text else None
    except ValueError:
        return None


def without_marks(source: str, whole: bool) -> tuple[str, set[int]]:
    """The code without Otter's comments and prompts, and the lines of the solution."""
    lines: list[str] = []
    solution: set[int] = set()
    inside = prompt = ignored = marked = False
    for line in source.splitlines():
        if turn := PROMPT.match(line):
            prompt = turn[1].upper() == "BEGIN"
        elif BEGIN.match(line):
            inside = marked = True
        elif END.match(line):
            inside = False
        elif turn := IGNORED.match(line):
            ignored = turn[1].upper() == "BEGIN"
        elif not prompt and not ignored and not IGNORE.search(line):
            plain = LINE.sub("", line)
            lines.append(plain)
            if inside or plain != line:
                marked = True
                solution.add(len(lines))
    return "\n".join(lines), solution if marked or not whole else set(range(1, len(lines) + 1))
