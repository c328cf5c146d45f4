"""Names that an exercise would rather not see used: advice, or no points where the author says so."""

from collections.abc import Sequence
from dataclasses import replace

from grader.course.exercise import Exercise
from grader.engine.observe import Question
from grader.engine.outcomes import NoAnswer, SubmissionRaised
from grader.engine.record import Record
from grader.engine.subject import Subject


def names_in(source: bytes) -> list[str]:
    """A scenario: every dotted name that a source uses, with `import ... as` resolved; empty if it cannot be parsed."""
    import ast

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    alias = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            alias.update({a.asname: a.name for a in node.names if a.asname})
        elif isinstance(node, ast.ImportFrom) and node.module:
            alias.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    found = set(alias.values())
    for node in ast.walk(tree):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            found.add(".".join([alias.get(node.id, node.id), *reversed(parts)]))
    return sorted(found)


def check_forbidden(record: Record, exercise: Exercise, sources: Sequence[bytes], neutral: Subject) -> Record:
    """The record with a note on forbidden names; points only change if the exercise says `effect = "zero"`."""
    if not exercise.forbid:
        return record
    try:
        used = neutral.ask(Question(names_in, [((source,), {}) for source in sources]))
    except (NoAnswer, SubmissionRaised):
        return record
    names = [str(name) for each in used if isinstance(each, list) for name in each]
    met = [f for f in exercise.forbid if any(name == f or name.endswith(f".{f}") for name in names)]
    if not met:
        return record
    if exercise.forbid_effect == "zero":
        verdicts = tuple(verdict.without_points() for verdict in record.verdicts)
        return replace(record, verdicts=verdicts, note=f"no points: this exercise forbids {', '.join(met)}")
    return replace(
        record, note=f"advice: your code uses {', '.join(met)}; this exercise is about writing that yourself"
    )
