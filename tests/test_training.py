"""The exercises that docs/coverage.md says train something: each has a loop in which weights move."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SENTENCE = re.compile(r"^These exercises train something.*?: (.*?) in the learner's own loop,\s(.*?) in a loop", re.M)
SOLUTION, SUITE = "solutions/{}_*/*.py", "exercises/{}_*/suite/*.py"
LOOPS = (ast.For, ast.While, ast.ListComp)


def trees(name: str, folder: str) -> list[ast.AST]:
    """The programs of an exercise: those of its reference solution, or of its suite."""
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob(folder.format(name)))]


def called(node: ast.AST) -> str:
    """The last name of what a call calls, `step` of `net.step(x)`; nothing where it is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def moves(node: ast.AST) -> bool:
    """Whether weights move here: `optimizer.step()`, or a subtraction of the rate `lr` times something."""
    if called(node) == "step" and isinstance(node, ast.Call):
        return ast.unparse(node.func).removeprefix("self.") == "optimizer.step"
    taken = node.right if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) else None
    if called(node) == "sub_" and isinstance(node, ast.Call):
        taken = node.args[0]
    return isinstance(taken, ast.BinOp) and isinstance(taken.op, ast.Mult) and ast.unparse(taken.left) == "lr"


def training_loops(name: str, suite: bool) -> Iterator[str]:
    """The loops of the solution, or of the suite, in which weights move: there, or in a function that is called."""
    own, tests = trees(name, SOLUTION), trees(name, SUITE) if suite else []
    functions = [node for one in own + tests for node in ast.walk(one) if isinstance(node, ast.FunctionDef)]
    movers = {function.name for function in functions if any(map(moves, ast.walk(function)))}
    for loop in (node for one in tests or own for node in ast.walk(one) if isinstance(node, LOOPS)):
        if any(moves(node) or called(node) in movers for node in ast.walk(loop)):
            yield ast.unparse(loop)


def named() -> dict[str, bool]:
    """The exercises of the page's sentence, and whether the loop is one of the suite."""
    sentence = SENTENCE.search((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))
    assert sentence is not None
    own, tests = (re.findall(r"ex\d\d", part) for part in sentence.groups())
    return dict.fromkeys(own, False) | dict.fromkeys(tests, True)


def test_at_least_ten_exercises_train_something() -> None:
    """The page names ten or more, seven or more of them with a loop that the learner writes."""
    assert len(named()) >= 10 and list(named().values()).count(False) >= 7


@pytest.mark.parametrize(("name", "suite"), named().items())
def test_an_exercise_that_trains_has_a_loop_in_which_weights_move(name: str, suite: bool) -> None:
    """The reference solution has it, or the suite where the page says so."""
    assert list(training_loops(name, suite))


@pytest.mark.parametrize("name", ["ex01", "ex08", "ex21", "ex30", "ex36", "ex42"])
def test_a_loop_without_a_step_does_not_train(name: str) -> None:
    """Waiting, measuring, slopes, rates and a single step are no training, and the word `step` alone proves none."""
    assert trees(name, SOLUTION) and not list(training_loops(name, False))
    assert name != "ex01" or not list(training_loops(name, True))
