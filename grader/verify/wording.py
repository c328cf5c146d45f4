"""What an exercise's texts tell: a hint that is the answer, a README without a number, a promise made twice.

Words alone are compared, so what it finds is worth a look, and what it does not find may be bad all the same.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.base.toml import key_place
from grader.course.exercise import Exercise

WORD = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s\w`]")
GIVEN_AWAY = 6  # words and signs of the solution in a row, as `x.mean(0)` has them
NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*(?![\w])")
NOT_WORKED = re.compile(r"\]\([^)]*\)|https?://\S+|^#.*$|^\s*\d+\.\s|\bex\d+\w*|\b(?:19|20)\d\d\b", re.MULTILINE)
FILLING = frozenset("a an the and of in on to is are it its that this be for by as with".split())


def wording(exercise: Exercise) -> list[str]:
    """Every problem as `file:line: sentence`."""
    return [*first_hint(exercise), *worked_number(exercise), *one_promise(exercise)]


def first_hint(exercise: Exercise) -> Iterator[str]:
    """The first hint, where it quotes what the solution has and neither stub nor README says."""
    if not exercise.hints:
        return
    known = [words(path) for path in (*exercise.stubs, exercise.folder / "README.md")]
    hint = WORD.findall(exercise.hints[0])
    longest: list[str] = []
    quoted = ""
    for path in exercise.solutions:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for run in common(hint, WORD.findall(line.partition("#")[0])):
                if len(run) > len(longest) and not any(stands_in(run, text) for text in known):
                    longest, quoted = run, f"line {number} of {path.name}"
    if len(longest) >= GIVEN_AWAY and sum(map(str.isidentifier, longest)) > 1:
        place = exercise.folder / "exercise.toml"
        yield (
            f"{key_place(place, 'hints')}: the first hint gives the answer away, it quotes {quoted} of the "
            "solution: ask a question there, and keep the code for the last hint."
        )


def common(one: Sequence[str], other: Sequence[str]) -> Iterator[list[str]]:
    """The runs that both have, from each place the longest."""
    for i in range(len(one)):
        for j in range(len(other)):
            length = 0
            while i + length < len(one) and j + length < len(other) and one[i + length] == other[j + length]:
                length += 1
            if length:
                yield list(one[i : i + length])


def stands_in(run: list[str], text: list[str]) -> bool:
    return any(text[at : at + len(run)] == run for at in range(len(text) - len(run) + 1))


def words(path: Path) -> list[str]:
    return WORD.findall(path.read_text(encoding="utf-8")) if path.is_file() else []


def worked_number(exercise: Exercise) -> Iterator[str]:
    """A README none of whose paragraphs has two numbers: what goes in, and what comes out."""
    path = exercise.folder / "README.md"
    if not path.is_file():
        return
    text = NOT_WORKED.sub(" ", path.read_text(encoding="utf-8"))
    if not any(len(NUMBER.findall(paragraph)) > 1 for paragraph in re.split(r"\n\s*\n", text)):
        yield (
            f"{path}:1: has no worked number: say for one small input what comes out, in numbers, so that the learner "
            "can check the reading of the task."
        )


def one_promise(exercise: Exercise) -> Iterator[str]:
    """Tests whose sentences say the same in the same words, or that ask and assert the same."""
    promised: dict[str, str] = {}
    written: dict[str, str] = {}
    for path in sorted(exercise.suite.glob("test_*.py")):
        for test in ast.parse(path.read_bytes()).body:
            if not isinstance(test, ast.FunctionDef) or not test.name.startswith("test_"):
                continue
            place = f"{path}:{test.lineno}"
            sentence = ast.get_docstring(test) or ""
            promise = " ".join(sorted(word for word in WORD.findall(sentence.lower()) if word not in FILLING))
            body = "".join(map(ast.dump, test.body[1:] if sentence else test.body))
            if promise and promise in promised:
                yield (
                    f"{place}: {test.name} promises the same as the test at {promised[promise]}: say what sets it "
                    "apart, or make one test of the two."
                )
            elif body in written:
                yield f"{place}: {test.name} asks and asserts the same as the test at {written[body]}: drop one."
            promised.setdefault(promise, place)
            written.setdefault(body, place)
