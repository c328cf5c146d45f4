"""How much an author writes for one small exercise: `python -m benchmarks.authoring` counts the lines of five tools.

The exercise is the one of `docs/first-course.md`: a text, a function to write, a solution, and two tests of 3 and 1
points. What stands there is ours; the folders beside this file hold the same in the documented form of each other tool.
Blank lines do not count, nor what a notebook holds beside the text of its cells. The table of `docs/for-authors.md` is
this one.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
SESSION = HERE.parents[1] / "docs" / "first-course.md"
PEERS = {
    "otter-grader": "otter", "nbgrader": "nbgrader", "PrairieLearn, Python autograder": "prairielearn",
    "check50": "check50",
}  # fmt: skip
PROVING = ("mistakes", "variants")
RATE = 4
"""Lines a minute that an author writes who knows the tool: a guess, the same for all."""


def lines(text: str) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for line in text.splitlines())


def ours() -> Iterator[tuple[str, int]]:
    """(file, lines) of what the session writes, and the line of its `because`, which it adds with a command."""
    page = SESSION.read_text(encoding="utf-8")
    for file, text in re.findall(
        r"`((?:exercises|solutions)/ex02_nearest/[\w./]+)`:\n\n```\w+\n(.*?)```", page, re.DOTALL
    ):
        yield file, lines(text)
    yield "solutions/ex02_nearest/mistakes/farthest.toml", len(re.findall(r"^\$ echo 'because = ", page, re.MULTILINE))


def theirs(folder: Path) -> Iterator[tuple[str, int]]:
    """(file, lines) of a tool's folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ipynb":
                text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
            yield path.relative_to(folder).as_posix(), lines(text)


def table() -> str:
    """The rows, most lines last among the others."""
    counted = {name: Counter[str]() for name in ("gradeloop", *PEERS)}
    for file, count in ours():
        counted["gradeloop"][file] += count
    for name, folder in PEERS.items():
        counted[name].update(dict(theirs(HERE / folder)))
    rows = ["| | files | lines for learners and tests | lines that prove the tests | lines | minutes, estimated |",
            "|---|---|---|---|---|---|"]  # fmt: skip
    for name, files in counted.items():
        proving = sum(count for file, count in files.items() if any(part in file for part in PROVING))
        total = files.total()
        minutes = round(total / RATE)
        rows.append(f"| {name} | {len(files)} | {total - proving} | {proving or '-'} | {total} | {minutes} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
