"""Pairs of submissions that are far more alike than this class's other pairs: something to read, never a verdict.

A program is the set of its statements' shapes (windows of syntax-tree node types), without names, comments and order;
what the stub and the solution have is taken out, and what many have weighs little (idf). Two programs are compared by
the cosine of what is left. A pair is shown only if its likeness, on a log-odds scale, lies far outside the distribution
of all pairs of that exercise.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.base.errors import SubmissionError
from grader.base.text import visible
from grader.course.exercise import Exercise
from grader.disposable import Children
from grader.report.gradebook.grades import Sheet
from grader.report.gradebook.store import Gradebook, dumps
from grader.report.gradebook.units import Units

CLASS = 8  # a smaller class has no distribution to stand out from
LEAST = 8  # grams of its own that a program needs to be compared at all
FAR = 4.5
LIKENESS = 0.8
SHOWN = 20
LINES = 400


class Shapes:
    """Fingerprints by content, each taken once in a disposable child and remembered."""

    def __init__(self, book: Gradebook, read: Children) -> None:
        self.book = book
        self.read = read

    def of(self, sha256: str, source: bytes) -> dict[str, Any] | None:
        """A program's grams and lines; None if it cannot be parsed."""
        name = f"fingerprint/{sha256}"
        known = self.book.remembered(name)
        if known is None:
            try:
                known = dumps(self.read(source)).encode()
            except SubmissionError:
                known = b"null"
            self.book.remember(name, known)
        found: dict[str, Any] | None = json.loads(known)
        return found


def similar(book: Gradebook, sheet: Sheet, units: Units) -> list[dict[str, Any]]:
    """The pairs to look at over all exercises, with their code side by side."""
    found = []
    with Children("fingerprint") as read, book.transaction():
        shapes = Shapes(book, read)
        for unit in sheet.units:
            if unit.kind == "exercise":
                works = [(row.student.id, row.cells[unit.id].work) for row in sheet.rows]
                mine = [(student, work.sha256) for student, work in works if work is not None]
                found += [{"unit": unit.key, **pair} for pair in of_exercise(shapes, units.exercises[unit.id], mine)]
    return found


def of_exercise(shapes: Shapes, exercise: Exercise, works: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The pairs of one exercise, most alike first."""
    official: set[int] = set()
    for path in (exercise.stub, exercise.solution):
        if path.is_file():
            source = path.read_bytes()
            shape = shapes.of(hashlib.sha256(source).hexdigest(), source)
            official |= set(shape["grams"]) if shape else set()
    read = {sha256: shapes.of(sha256, shapes.book.source(sha256)) for sha256 in sorted({sha for _, sha in works})}
    own = {sha256: set(shape["grams"]) - official for sha256, shape in read.items() if shape}
    there = [(student, sha256) for student, sha256 in works if len(own.get(sha256, ())) >= LEAST]
    if len(there) < CLASS:
        return []
    likeness = cosines([own[sha256] for _, sha256 in there])
    usual, far = outliers(likeness)
    pairs = []
    for i, j in far[:SHOWN]:
        shared = own[there[i][1]] & own[there[j][1]]
        pair = [there[i], there[j]]
        pairs.append({
            "students": [student for student, _ in pair],
            "likeness": round(float(likeness[i, j]), 4),
            "usual": round(usual, 4),
            "shared": len(shared),
            "aligned": aligned(shapes, [sha256 for _, sha256 in pair]),
        })  # fmt: skip
    return pairs


def cosines(sets: list[set[int]]) -> NDArray[np.float64]:
    """(n, n) cosines of idf-weighted sets; a program of which everybody has everything is like nobody."""
    grams = {gram: column for column, gram in enumerate(sorted(set().union(*sets)))}
    matrix = np.zeros((len(sets), len(grams)))
    for row, mine in enumerate(sets):
        matrix[row, [grams[gram] for gram in sorted(mine)]] = 1.0
    weighted = matrix * np.log(len(sets) / matrix.sum(0))
    norms = np.linalg.norm(weighted, axis=1, keepdims=True)
    unit = np.divide(weighted, norms, out=np.zeros_like(weighted), where=norms > 1e-9)
    likeness: NDArray[np.float64] = np.round(unit @ unit.T, 9)
    return likeness


def outliers(likeness: NDArray[np.float64]) -> tuple[float, list[tuple[int, int]]]:
    """What 99 of 100 pairs stay below, and the pairs far outside, most alike first."""
    rows, columns = np.triu_indices(len(likeness), 1)
    values = likeness[rows, columns]
    odds = np.log(np.clip(values, 0.005, 0.995) / (1 - np.clip(values, 0.005, 0.995)))
    middle = np.median(odds)
    spread = max(1.4826 * float(np.median(np.abs(odds - middle))), 0.25)
    far = [k for k in np.flatnonzero((odds - middle) / spread > FAR) if values[k] >= LIKENESS]
    far.sort(key=lambda k: (-values[k], k))
    return float(np.quantile(values, 0.99)), [(int(rows[k]), int(columns[k])) for k in far]


def aligned(shapes: Shapes, pair: Iterable[str]) -> list[list[tuple[bool, str]]]:
    """Both sources, line by line, each line with whether the other has a statement of the same shape."""
    sides = [(shapes.of(sha256, b""), shapes.book.source(sha256)) for sha256 in pair]
    codes = [{code for _, code in shape["lines"]} if shape else set() for shape, _ in sides]
    found = []
    for side, (shape, source) in enumerate(sides):
        same = {line for line, code in shape["lines"] if code in codes[1 - side]} if shape else set()
        lines = visible(source.decode("utf-8", "replace")).split("\n")[:LINES]
        found.append([(number in same, text[:200]) for number, text in enumerate(lines, 1)])
    return found
