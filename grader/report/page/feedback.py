"""What one student reads: titles, messages and hints of their own work, in HTML and in Markdown.

A view is plain data that both forms are made from. Nothing of a suite's source and nothing of another student is in it.
"""

from collections.abc import Iterable
from typing import Any

from grader.base.text import fence, inline, visible
from grader.engine.verdict import OUTCOMES
from grader.report.gradebook.grades import Cell, Row, shown
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Refusal
from grader.report.gradebook.units import Unit
from grader.report.page.attention import elsewhere, file_notes

SIGNS = {outcome: words.mark for outcome, words in OUTCOMES.items()} | {"correct": "✓", "wrong": "✗"}


def view(
    row: Row,
    units: Iterable[Unit],
    records: dict[str, dict[str, Any]],
    book: Gradebook,
    refusals: Iterable[Refusal] = (),
) -> dict[str, Any]:
    """Everything the student's feedback shows; `refusals` are of their own files."""
    mine, units = list(refusals), list(units)
    parts = [unit_view(unit, row.cells[unit.id], records.get(unit.id), book, mine) for unit in units]
    return {
        "student": row.student.id,
        "name": row.student.name,
        "total": shown(row.total),
        "out_of": shown(row.out_of),
        "units": parts,
        "files": file_notes(elsewhere(mine, units)),
    }


def unit_view(
    unit: Unit, cell: Cell, record: dict[str, Any] | None, book: Gradebook, refusals: list[Refusal]
) -> dict[str, Any]:
    """One unit: points, what to know about them, and its tests or questions."""
    own = [one for one in refusals if one.unit == unit.id]
    module, places, left = "", list[Any](), list[Any]()
    if cell.work and cell.work.notebook:
        found = book.notebook(cell.work.notebook)
        if found:
            module, places, left = book.source(found[0]).decode("utf-8", "replace"), found[1], found[2]
    where = Places(places)
    return {
        "key": unit.key,
        "title": unit.title,
        "state": cell.state,
        "points": shown(cell.earned),
        "possible": shown(cell.possible),
        "note": cell.note,
        "path": cell.work.path if cell.work else "",
        "files": [line for line in (*name_notes(unit, cell), *file_notes(own)) if line not in cell.note],
        "left_out": [(f"cell {one['cell']}, line {one['line']}", one["what"]) for one in left],
        "remark": record["note"] if record else "",
        "resembles": (record.get("resembles") or "").replace("_", " ") if record else "",
        "tests": [test_view(test, where) for test in record.get("tests", ())] if record else [],
        "questions": [question_view(question) for question in record.get("questions", ())] if record else [],
        "module": [(where.name(n), text) for n, text in enumerate(module.splitlines(), 1)] if module else [],
    }


def name_notes(unit: Unit, cell: Cell) -> list[str]:
    """What to say about the name of the file that was graded, and about what came with it."""
    if cell.work is None:
        return []
    name = cell.work.name or visible(cell.work.path.rpartition("/")[2])
    notes = [f"{name} was taken for {unit.key}: {cell.work.rule}"] if cell.work.likeness else []
    return [*notes, *([f"with it came {', '.join(cell.work.files)}"] if cell.work.files else [])]


class Places:
    """Where a line of the graded module stands in the student's own file: the line itself, or a notebook's cell."""

    def __init__(self, lines: list[Any]) -> None:
        self.lines = lines

    def name(self, line: int) -> str:
        if not self.lines:
            return f"line {line}"
        place = self.lines[line - 1] if 0 < line <= len(self.lines) else None
        return f"cell {place[0]}, line {place[1]}" if place else ""


def test_view(test: dict[str, Any], where: Places) -> dict[str, Any]:
    outcome = test["outcome"]
    return {
        "sign": SIGNS.get(outcome, "!"),
        "title": test["title"],
        "points": f"{test['points']['earned']:g} of {test['points']['possible']:g}",
        "word": OUTCOMES[outcome].sentence if outcome in OUTCOMES else "",
        "message": test["message"],
        "hint": test["hint"],
        "frames": [
            (where.name(line) + (f", in {function}" if function else ""), text)
            for line, function, text in test.get("frames", ())
        ],
        "output": test["output"] if outcome != "passed" else "",
    }


def question_view(question: dict[str, Any]) -> dict[str, Any]:
    """A question with the choices that matter: those picked, those that were right, those with something to say."""
    picked = set(question["picked"])
    choices = []
    for choice in question["choices"]:
        if choice["id"] in picked:
            said = "✓ you chose" if choice["correct"] else "✗ you chose"
        elif choice["correct"]:
            said = "right is"
        elif choice["feedback"]:
            said = "✓ you left"
        else:
            continue
        choices.append({"said": said, "text": choice["text"], "feedback": choice["feedback"]})
    return {
        "sign": SIGNS.get(question["status"], "!"),
        "status": question["status"],
        "stem": question["stem"],
        "earned": question["points"],
        "possible": question["possible"],
        "choices": choices,
        "explanation": question["explanation"],
    }


def markdown(seen: dict[str, Any]) -> str:
    """The view as Markdown; whatever a student's code said stands in fences it cannot leave."""
    lines = [f"# Feedback for {inline(seen['name'] or seen['student'])}", ""]
    lines += [f"Total: {seen['total']} of {seen['out_of']} points", ""] if seen["total"] else ["No points yet.", ""]
    lines += [f"{inline(text)}\n" for text in seen["files"]]
    for unit in seen["units"]:
        points = f"{unit['points']} of {unit['possible']} points" if unit["points"] else unit["state"]
        lines += [f"## {unit['key']}: {visible(unit['title'])} ({points})", ""]
        lines += [f"{inline(text)}\n" for text in (unit["note"], unit["remark"], *unit["files"]) if text]
        if unit["resembles"]:
            lines += [f"This looks like a known mistake: {inline(unit['resembles'])}.", ""]
        for test in unit["tests"]:
            lines += test_lines(test)
        lines += [""] if unit["tests"] else []
        for question in unit["questions"]:
            lines += question_lines(question)
        if unit["module"]:
            numbered = "\n".join(f"{place:>18} | {text}" for place, text in unit["module"])
            lines += ["What was graded, taken from your notebook:", "", fence(numbered), ""]
        if unit["left_out"]:
            left = "\n".join(f"{place:>18} | {what}" for place, what in unit["left_out"])
            lines += ["What was left out of your notebook, and why:", "", fence(left), ""]
    return "\n".join(lines).rstrip() + "\n"


def test_lines(test: dict[str, Any]) -> list[str]:
    lines = [f"- {test['sign']} {visible(test['title'])} ({test['points']})"]
    if test["message"] or test["word"] or test["hint"] or test["output"]:
        lines.append("")
    if test["message"] or test["word"]:
        frames = [f"{place}: {text}" for place, text in test["frames"]]
        lines += [fence("\n".join(filter(None, [test["word"], test["message"], *frames]))), ""]
    if test["hint"]:
        lines += [f"Hint: {visible(test['hint'])}", ""]
    if test["output"]:
        lines += ["Your code printed:", "", fence(test["output"]), ""]
    return lines


def question_lines(question: dict[str, Any]) -> list[str]:
    earned = "not scored" if question["earned"] is None else f"{question['earned']} of {question['possible']}"
    lines = [f"### {question['sign']} {question['status']} ({earned})", "", visible(question["stem"]).strip(), ""]
    for choice in question["choices"]:
        lines += [f"- {choice['said']}: {visible(choice['text']).strip()}", f"  {visible(choice['feedback']).strip()}"]
    return [*lines, "", visible(question["explanation"]).strip(), ""]
