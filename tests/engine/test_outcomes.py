"""What a verdict is, and what of a submission the learner gets to see."""

import pytest

from .conftest import RIGHT, SUITE, Grade, messages, outcomes

ENDINGS = {
    "failed": ("def double(x):\n    return x\n", "double of 2: expected 4, saw 2"),
    "error": ("def double(x):\n    return 1 / 0\n", "ZeroDivisionError: division by zero"),
    "not written": ("def double(x):\n    raise NotImplementedError\n", "not written yet"),
    "no such function": ("def twice(x):\n    return 2 * x\n", "your file defines `twice`, asked for is `double`"),
    "timeout": ("def double(x):\n    while True: pass\n", "no answer within 2 s"),
    "exit": ("import sys\ndef double(x):\n    sys.exit(0)\n", "the code called exit()"),
    "hard exit": ("import os\ndef double(x):\n    os._exit(3)\n", "the code ended the process itself (exit code 3)"),
    "signal": ("import ctypes\ndef double(x):\n    ctypes.string_at(0)\n", "SIGSEGV (a segmentation fault)"),
    "memory": ("def double(x):\n    return len(bytearray(1 << 31))\n", "out of memory: the limit is 256 MB"),
    "tensors": ("import torch\ndef double(x):\n    return torch.ones(1 << 29)\n", "out of memory: the limit is 256 MB"),
    "too much": ("def double(x):\n    return list(range(1_100_000))\n", "has more than 1000000 parts"),
}
KINDS = {
    "failed": "failed",
    "error": "error",
    "not written": "error",
    "no such function": "error",
    "timeout": "timeout",
}


def test_right_code_passes(grade: Grade) -> None:
    """A right submission gets all points, and its record says on what it was made."""
    record = grade(RIGHT)

    assert outcomes(record) == ["passed", "passed"]
    assert (record.outcome, record.earned, record.possible) == ("passed", 3, 3)
    assert record.seed == 1
    assert record.tier in "ABCD"
    assert {"python", "torch", "numpy", "pytest"} <= set(record.versions)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_has_its_outcome_and_its_words(grade: Grade, ending: str) -> None:
    """Each way to end badly gets its own outcome and a sentence that says what happened."""
    code, words = ENDINGS[ending]
    record = grade(code)

    assert outcomes(record)[0] == KINDS.get(ending, "crashed")
    assert words in record.verdicts[0].message
    assert (record.outcome, record.earned) == ("failed", 0)


def test_an_exception_shows_the_learners_own_lines(grade: Grade) -> None:
    """The frames of an error are those of the submitted file, with line, function and text."""
    record = grade("def half(x):\n    return x / 0\n\n\ndef double(x):\n    return half(x)\n")

    assert record.verdicts[0].frames == ((6, "double", "return half(x)"), (2, "half", "return x / 0"))


def test_a_crash_costs_only_its_test(grade: Grade) -> None:
    """A submission that dies in one test still passes another one."""
    record = grade("import os\n\n\ndef double(x):\n    return 2 * x if x == 3.0 else os._exit(1)\n")

    assert outcomes(record) == ["crashed", "passed"]
    assert record.earned == 2


def test_a_failed_gate_takes_all_points(grade: Grade) -> None:
    """A test marked as a gate makes the exercise worth nothing while it fails."""
    gated = SUITE.replace("@points(1)", "@points(1, gate=True)")

    assert grade("def double(x):\n    return 6.0\n", gated).earned == 0
    assert grade("def double(x):\n    return 4.0\n", gated).earned == 1


def test_prints_come_back_escaped_and_cut(grade: Grade) -> None:
    """The last 20 lines that the submission printed in a test are shown, without control or bidi characters."""
    record = grade(
        "def double(x):\n    for n in range(50):\n        print(f'line {n}\\x1b[31m\\u202e\\x07')\n    return x\n"
    )
    lines = record.verdicts[0].output.splitlines()

    assert lines == [f"line {n}\\x{{1b}}[31m\\x{{202e}}\\x{{7}}" for n in range(30, 50)]


def test_floods_of_output_are_bounded(grade: Grade) -> None:
    """A submission that prints a hundred megabytes is shown with at most 4 KiB of them."""
    record = grade(
        "def double(x):\n    for _ in range(100):\n        print('é' * (1 << 19))\n    return x\n", seconds=10
    )

    assert 0 < len(record.verdicts[0].output.encode()) <= 4096
    assert outcomes(record)[0] == "failed"


def test_hostile_text_in_an_exception_is_tamed(grade: Grade) -> None:
    """An exception's text reaches the message cut short and without anything that could fool a terminal."""
    record = grade("def double(x):\n    raise ValueError('\\x1b[2J' + 'cuda ' * 1_000_000)\n")

    assert len(record.verdicts[0].message) < 5000
    assert "\x1b" not in messages(record)
