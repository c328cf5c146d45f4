"""What `grader verify` makes itself: lazy controls, damaged observations, mutants."""

import numpy as np

from grader.verify.controls import lazy
from grader.verify.damage import MUTATIONS, alike
from grader.verify.mutants import mutants


def test_lazy_controls_compile_and_keep_given_parts() -> None:
    """Every control is Python, replaces unwritten functions and leaves given ones alone."""
    stub = "def given(x):\n    return x + 1\n\n\ndef f(x, y=2):\n    raise NotImplementedError('no')\n"
    controls = lazy(stub)

    assert len(controls) >= 6
    for name, text in controls.items():
        compile(text, name, "exec")
        assert "x + 1" in text and "NotImplementedError" not in text


def test_damages_change_what_they_should() -> None:
    """Every damage changes an ordinary observation and leaves its kind readable."""
    value = {"loss": [0.5, 1.0], "n": 3, "ok": True}
    for name, damage in MUTATIONS.items():
        damaged = {**value, "row": np.ones(3)}
        assert not alike(damage(damaged), damaged), name
    assert alike(value, {"loss": [0.5, 1.0], "n": 3, "ok": True})
    assert MUTATIONS["flipped"](value) == {"loss": [-0.5, -1.0], "n": -3, "ok": False}


def test_mutants_are_single_changes() -> None:
    """Comparisons, arithmetic, constants, guards, copies and statements are each changed once; all parse."""
    source = (
        "import torch\n\n\ndef f(x):\n    if x.ndim < 2:\n        raise ValueError('no')\n"
        "    with torch.no_grad():\n        y = x.clone() + 1\n    y.add_(2)\n    return y\n"
    )
    found = {mutant.change for mutant in mutants(source)}

    for change in ("< becomes <=", "+ becomes -", "1 becomes 2", ".clone() dropped", "condition negated",
                   "torch.no_grad() dropped", "`y.add_(2)` dropped", "`raise ValueError('no')` dropped"):  # fmt: skip
        assert change in found
    assert len({mutant.text for mutant in mutants(source)}) == len(mutants(source))


def test_no_mutant_is_made_of_free_code() -> None:
    """What the task leaves open, a function or an argument, is left alone; all else is changed as before."""
    source = "def draw(x):\n    return plot(x + 1, size=5)\n\n\ndef double(x):\n    return 2 * x\n"
    every, less, least = (mutants(source, free) for free in ((), ("size=5",), ("draw",)))
    assert {m.change for m in every} - {m.change for m in less} == {"5 becomes 6", "5 halved", "argument size dropped"}
    assert "+ becomes -" in {m.change for m in less}
    assert {m.line for m in least} == {5, 6} and [m for m in every if m.line > 4] == least
