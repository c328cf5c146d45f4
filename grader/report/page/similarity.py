"""Submissions that are one program, or far more alike than this class's other pairs: to be read, never a verdict.

A program is the set of its statements' shapes (windows of syntax-tree node types), without names, comments and order;
what the stub and the solution have is taken out, and what many have weighs little (idf). Two programs are compared by
the cosine of what is left. A pair is shown only if its likeness, on a log-odds scale, lies far outside the distribution
of all pairs of that exercise.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from grader.base.errors import SubmissionError
from grader.base.text import visible
from grader.course.exercise import Exercise
from grader.disposable import Children
from grader.report.gradebook.grades import Sheet
from grader.report.gradebook.store import Gradebook, dumps
from grader.report.gradebook.units import Units
from grader.report.page.listing import words
from grader.report.page.schema import Alike, Pair

CLASS = 8  # a smaller class has no distribution to stand out from
LEAST = 8  # grams of its own that a program needs to be compared at all
FAR = 4.5
LIKENESS = 0.8
SHOWN = 20
LINES = 400
WORDS = 12  # that a program needs beyond the stub's to be called the same as another


class Fingerprint(TypedDict):
    """The shape of a program: its grams, and each line's number and code."""

    grams: list[int]
    lines: list[tuple[int, int]]


class Shapes:
    """Fingerprints by content, each taken once in a disposable child and remembered."""

    def __init__(self, book: Gradebook, read: Children) -> None:
        self.book = book
        self.read = read

    def of(self, sha256: str, source: bytes) -> Fingerprint | None:
        """A program's grams and lines; None if it cannot be parsed."""
        name = f"fingerprint/{sha256}"
        known = self.book.remembered(name)
        if known is None:
            try:
                known = dumps(self.read(source)).encode()
            except SubmissionError:
                known = b"null"
            self.book.remember(name, known)
        found: Fingerprint | None = json.loads(known)
        return found


def similar(book: Gradebook, sheet: Sheet, units: Units) -> tuple[list[Pair], list[Alike]]:
    """The pairs to look at over all exercises, with their code side by side, and what is alike in each exercise."""
    pairs: list[Pair] = []
    alike: list[Alike] = []
    with Children("fingerprint") as read, book.transaction():
        shapes = Shapes(book, read)
        for unit in sheet.units:
            if unit.kind == "exercise":
                works = [(row.student.id, row.cells[unit.id].work) for row in sheet.rows]
                mine = [(student, work.sha256) for student, work in works if work is not None]
                found = Compared(shapes, units.exercises[unit.id], mine)
                pairs += found.pairs(unit.key)
                alike.append(found.alike(unit.key))
    return pairs, alike


def of_exercise(shapes: Shapes, exercise: Exercise, works: list[tuple[str, str]]) -> list[Pair]:
    """The pairs of one exercise that stand out, most alike first; `works` are students and sha256."""
    return Compared(shapes, exercise, works).pairs(exercise.key)


class Compared:
    """The submissions to one exercise: which are one program, and which of the different ones stand out."""

    def __init__(self, shapes: Shapes, exercise: Exercise, works: list[tuple[str, str]]) -> None:
        self.shapes = shapes
        self.works = works
        stub, solution = (path.read_bytes() if path.is_file() else b"" for path in (exercise.stub, exercise.solution))
        sources = {sha: shapes.book.source(sha) for sha in sorted({sha for _, sha in works})}
        texts = {sha: program(source) for sha, source in sources.items()}
        given = Counter(program(stub))
        self.programs: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for student, sha in works:
            if (Counter(texts[sha]) - given).total() >= WORDS:
                self.programs.setdefault(texts[sha], []).append((student, sha))
        self.copies = self.programs.get(program(solution), [])
        official: set[int] = set()
        for source in filter(None, (stub, solution)):
            shape = shapes.of(hashlib.sha256(source).hexdigest(), source)
            official |= set(shape["grams"]) if shape else set()
        read = {sha: shapes.of(sha, source) for sha, source in sources.items()}
        own = {sha: set(shape["grams"]) - official for sha, shape in read.items() if shape}
        first = {texts[sha]: (student, sha) for student, sha in reversed(works)}
        there = {program_: one for program_, one in first.items() if len(own.get(one[1], ())) >= LEAST}
        self.there = sorted(there.values(), key=works.index)
        self.own = own
        self.usual, self.far, self.likeness = 0.0, list[tuple[int, int]](), np.zeros((0, 0))
        if len(self.there) >= CLASS:
            self.likeness = cosines([own[sha] for _, sha in self.there])
            self.usual, self.far = outliers(self.likeness)

    def pairs(self, unit: str) -> list[Pair]:
        """The pairs that stand out, with their code side by side."""
        found: list[Pair] = []
        for i, j in self.far[:SHOWN]:
            pair = [self.there[i], self.there[j]]
            found.append({
                "unit": unit,
                "students": [student for student, _ in pair],
                "likeness": round(float(self.likeness[i, j]), 4),
                "usual": round(self.usual, 4),
                "shared": len(self.own[pair[0][1]] & self.own[pair[1][1]]),
                "aligned": aligned(self.shapes, [sha for _, sha in pair]),
            })  # fmt: skip
        return found

    def alike(self, unit: str) -> Alike:
        """Who handed in one program, who the solution, and which of the others stand out together."""
        groups = [sorted(one for one, _ in some) for some in self.programs.values() if len(some) > 1]
        copies = sorted(student for student, _ in self.copies)
        few = f"Pairs are compared from {CLASS} programs on that have enough of their own; here are {len(self.there)}."
        return {
            "unit": unit,
            "compared": len(self.works),
            "why_not": few if len(self.there) < CLASS else "",
            "identical": sorted((one for one in groups if one != copies), key=lambda one: (-len(one), one)),
            "solution": copies,
            "clusters": [[self.there[at][0] for at in some] for some in clusters(self.far)],
        }


def program(source: bytes) -> tuple[str, ...]:
    """A source without comments and spacing: what two files have in common that are one program."""
    text = source.decode("utf-8", "replace").replace("\r", "")
    pieces = (piece for kind, piece in words(text) if kind != "com")
    return tuple("".join(pieces).split())


def clusters(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The groups that pairs make when whoever is alike to one belongs to all of them; the largest first."""
    groups: list[set[int]] = []
    for pair in pairs:
        joined = set(pair).union(*(group for group in groups if group & set(pair)))
        groups = [group for group in groups if not group & joined] + [joined]
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))


def cosines(sets: list[set[int]]) -> NDArray[np.float64]:
    """(n, n) cosines of idf-weighted sets; a program whose grams all others share has likeness 0."""
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
