"""Which questions are asked anew, and what a seed repeats."""

from .conftest import Counted, Grade, messages

MEMO = '''
from grader.suite import points


def count(module, x):
    return module.count(x)


def say(seen):
    raise AssertionError(f"saw {seen}")


@points(1)
def test_memo(observe):
    """The same question."""
    say([observe(count, 1), observe(count, 1), observe(count, 1)])


@points(1)
def test_again(observe):
    """The same question in another test."""
    say([observe(count, 1)])


@points(1)
def test_others(observe):
    """Other arguments, or asked afresh."""
    say([observe(count, 2), observe(count, 1, fresh=True), observe(count, 1, fresh=True)])
'''
RANDOM = (
    "import random, torch\nkept = []\n\n\ndef count(x):\n    kept.append(x)\n    return len(kept), random.random()\n"
)


def test_a_question_is_asked_once_unless_fresh(grade: Grade, sandbox: Counted) -> None:
    """The same question is answered from memory; other arguments and `fresh` ask anew, of a new module.

    The fifth run: the test that failed on the second answer of one examinee asked once more, of another.
    """
    memo, again, others = (verdict.message.removeprefix("saw ") for verdict in grade(RANDOM, MEMO, RANDOM).verdicts)

    first, second, third = eval(memo)  # noqa: S307  our own text
    assert first == second == third == eval(again)[0]  # noqa: S307
    assert len({first, *eval(others)}) == 4  # noqa: S307
    assert {count for count, _ in (first, *eval(others))} == {1}  # noqa: S307
    assert sandbox.runs == 5


DRAWN = '''
from grader.suite import normal, points


def look(module, x):
    return module.look(x)


@points(1)
def test_draw(observe, draw):
    """What is drawn, and what the submission draws."""
    raise AssertionError(f"saw {observe(look, normal(draw, 3))}")
'''
LOOK = "import torch\n\n\ndef look(x):\n    return x.tolist(), torch.rand(3).tolist()\n"


def test_a_seed_repeats_a_run(grade: Grade) -> None:
    """The same seed gives the same inputs and the same random numbers in the submission, another seed others."""
    first, same, other = (messages(grade(LOOK, DRAWN, LOOK, seed=seed)) for seed in (1, 1, 2))

    assert first == same
    assert first != other
