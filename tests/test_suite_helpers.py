"""docs/suite-helpers.md is true: its signatures are the code's, and every line of its examples does what it says."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grader.suite
from grader.course.exercise import read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.engine.finding import finding
from grader.engine.observe import Observe
from grader.engine.record import Record
from grader.sandbox import Sandbox
from grader.verify.lint import problems
from grader.verify.suitefile import SuiteFile

PAGE = (Path(__file__).parent.parent / "docs" / "suite-helpers.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: re.split(r"^## ", part, flags=re.M)[0] for part in PAGE.split("\n### ")[1:]}
TOLD = re.compile(r" *# (gives|learner:|author:) (.*)")
NAMES = ", ".join(grader.suite.__all__)
ABOVE = f"import numpy as np\nimport torch\n\nfrom grader.suite import {NAMES}\n\n\n"
ASKING = ("observe", "reference", "neutral")
WAYS = [name for name, one in vars(Observe).items() if inspect.isfunction(one) and not name.startswith("_")]
FIXTURES = ["observe", *(f"observe.{name}" for name in WAYS), "reference", "neutral", "draw"]


@dataclass(frozen=True)
class Line:
    """A statement of an example, and what the page says that it does: how, and in which words."""

    section: str
    text: str
    how: str
    words: str

    @property
    def test(self) -> str:
        """The name of the test that the statement is."""
        found = re.search(r"^def (test_\w+)", self.text, re.M)
        return found[1] if found else ""

    @property
    def asks(self) -> bool:
        """Whether it needs somebody to answer."""
        return bool(self.test) or bool(re.search(rf"\b({'|'.join(ASKING)})\b", self.text))


def start(node: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])


def lines(section: str) -> Iterator[Line]:
    """The statements of a section's example."""
    (block,) = re.findall(r"```python\n(.*?)```", SECTIONS[section], re.DOTALL)
    rows = block.splitlines()
    starts = [*map(start, ast.parse(block).body), len(rows) + 1]
    for first, end in zip(starts, starts[1:], strict=False):
        part = rows[first - 1 : end - 1]
        told = [found for row in part if (found := TOLD.fullmatch(row))]
        text = "\n".join(row for row in part if not TOLD.fullmatch(row)).strip()
        how, words = (told[0][1].rstrip(":"), told[0][2]) if told else ("passes", "")
        assert len(told) < 2, f"{section}: one sentence for one statement, not {len(told)}"
        yield Line(section, text, how, words)


LINES = [line for section in SECTIONS for line in lines(section)]
DIRECT = [line for line in LINES if not line.asks and not line.text.startswith("def ")]
ASKED = [line for line in LINES if line.asks or line.text.startswith("def ")]


def static(line: Line, folder: Path) -> str:
    """What `grader verify` says of a statement in a suite before anything runs."""
    marked = '@points(1)\ndef test_double(observe, reference, neutral, draw):\n    """It is twice x."""\n    '
    path = folder / "test_double.py"
    path.write_text(ABOVE + (line.text if line.test else marked + line.text) + "\n", encoding="utf-8")
    found = problems(SuiteFile(path), {"numpy", "torch", "grader"})
    return re.sub(r"^.*?:\d+: ", "", found[0]) if found else ""


def does(line: Line, folder: Path) -> tuple[str, str]:
    """How a statement ends that asks nobody, in the page's words."""
    if sentence := static(line, folder):
        return "author", sentence
    names = {name: getattr(grader.suite, name) for name in grader.suite.__all__}
    names |= {"np": np, "draw": np.random.default_rng(1)}
    try:
        value = eval(line.text, names)  # noqa: S307  it stands in our own page
    except Exception as problem:  # noqa: BLE001  whatever it is, the page has to say it
        ours = isinstance(problem, (TypeError, ValueError, LookupError, AttributeError))
        told = finding(problem, "", lambda: not ours).message
        return ("author" if ours else "learner"), told.removeprefix("the test itself failed: ")
    return ("gives", repr(value)) if line.how == "gives" else ("passes", "")


@cache
def misuses() -> dict[str, Line]:
    """The misuses that have to run in a suite, by the names of the tests that they become."""
    wrong = [line for line in ASKED if line.how == "author"]
    return {f"test_misuse_{number}": line for number, line in enumerate(wrong)}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The examples' tests and the misuses as one suite, asked of the page's learner."""
    root = tmp_path_factory.mktemp("course")
    folder, solution = root / "exercises" / "ex01_double", root / "solutions" / "ex01_double"
    (folder / "suite").mkdir(parents=True)
    solution.mkdir(parents=True)
    (folder / "exercise.toml").write_text('format = 1\ntitle = "Double"\nfile = "double.py"\n')
    (learners,) = re.findall(r"solution's line:\n\n```python\n(.*?)```", PAGE, re.DOTALL)
    (solution / "double.py").write_text(re.sub(r"^( *)\S.*  # (.+)$", r"\1\2", learners, flags=re.MULTILINE))
    parts = [line.text for line in ASKED if line.how != "author"]
    head = "(observe, reference, neutral, draw):\n    "
    parts += [f"@points(1)\ndef {name}{head}{line.text}" for name, line in misuses().items() if not line.test]
    (folder / "suite" / "test_double.py").write_text(ABOVE + "\n\n\n".join(parts) + "\n")
    with Sandbox() as sandbox, Examiner(sandbox) as examiner:
        return examiner.grade(read_exercise(folder), Submission.of(learners.encode(), "double.py"), seed=1)


def in_suite(line: Line, record: Record, folder: Path) -> tuple[str, str]:
    """How a statement ends that asks somebody, in the page's words."""
    if sentence := static(line, folder):
        return "author", sentence
    names = {other: name for name, other in misuses().items()}
    (verdict,) = [one for one in record.verdicts if one.name == (line.test or names[line])]
    ours = verdict.outcome == "suite_error"
    return ("author" if ours else "learner"), verdict.message.removeprefix("the test itself failed: ")


def of(way: str) -> Any:
    """The function that a name of the page calls."""
    name, _, method = way.partition(".")
    return getattr(Observe, method or "__call__") if name in ASKING else getattr(grader.suite, way)


def signature(way: str) -> str:
    """How a name of the page is called: without annotations, in double quotes."""
    found = inspect.signature(of(way))
    parts = [p.replace(annotation=p.empty) for p in found.parameters.values() if p.name != "self"]
    text = str(found.replace(parameters=parts, return_annotation=inspect.Signature.empty))
    return f"{way}{text}".replace("'", '"')


def test_every_name_has_a_section() -> None:
    """The page has the fixtures, then each public name of `grader.suite`, each once, and for-authors.md leads there."""
    headings = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
    assert sorted(headings[: len(FIXTURES)]) == sorted(FIXTURES)
    assert sorted(headings[len(FIXTURES) :]) == sorted(grader.suite.__all__)
    assert "(suite-helpers.md)" in (Path(__file__).parent.parent / "docs" / "for-authors.md").read_text()


@pytest.mark.parametrize("name", [name for name in SECTIONS if name != "draw"])
def test_a_section_has_the_signature(name: str) -> None:
    """A section begins with how the name is called, as the code has it."""
    assert SECTIONS[name].split("\n\n")[1].startswith(f"`{signature(name)}`")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_complete(name: str) -> None:
    """A section has an example, what a learner reads, or that he reads nothing of it, and what its author reads."""
    kinds = {line.how for line in lines(name)}
    assert "author" in kinds and kinds & {"gives", "passes", "learner"}
    group = next(part for part in PAGE.split("\n## ") if f"\n### {name}\n" in part).partition("\n### ")[0]
    assert "learner" in kinds or "A learner " in SECTIONS[name] + group


@pytest.mark.parametrize("line", DIRECT, ids=lambda line: f"{line.section}-{line.how}")
def test_a_line_does_what_stands_behind_it(line: Line, tmp_path: Path) -> None:
    """A call passes, gives the value, or ends with the sentence that the page shows."""
    assert does(line, tmp_path) == (line.how, line.words)


@pytest.mark.parametrize(
    "line", [line for line in ASKED if line.how != "passes"], ids=lambda line: f"{line.section}-{line.how}"
)
def test_a_question_does_what_stands_behind_it(line: Line, asked: Record, tmp_path: Path) -> None:
    """A test of an example fails the page's learner, and a misuse its author, with the sentence that the page shows."""
    assert in_suite(line, asked, tmp_path) == (line.how, line.words)


def test_the_solution_passes_the_examples(asked: Record) -> None:
    """Nothing but the misuses is our fault: an exception of the learner's counts as his where the solution passes."""
    faults = {one.name for one in asked.verdicts if one.outcome == "suite_error"}
    assert faults == {name for name, line in misuses().items() if not line.test}
