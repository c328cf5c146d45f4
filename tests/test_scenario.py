"""What of a suite travels to the examinee, and what stays behind."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from grader.engine.observe import Question
from grader.engine.scenario import extract_scenario

SUITE = '''"""A suite."""
import math

import numpy as np

SIZES = (1, 2)
EXPECTED = [42]


class Probe:
    pass


def size_of(n):
    return math.floor(n)


def ask(module, n):
    return [module.f(size_of(n)), Probe, SIZES]


def test_answer(observe):
    """It answers."""
    assert observe(ask, 1) == EXPECTED, np.array(1)
'''


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_what_the_scenario_uses_travels(tmp_path: Path) -> None:
    """Imports, constants, classes and functions that a scenario uses are sent; tests and expected values are not."""
    path = tmp_path / "test_it.py"
    path.write_text(SUITE)
    ((name, file, text),) = extract_scenario(loaded(path).ask).modules

    assert (name, file) == ("test_it", "test_it.py")
    for part in ("import math", "SIZES = (1, 2)", "class Probe", "def size_of", "def ask"):
        assert part in text
    for part in ("EXPECTED", "def test_answer", "numpy"):
        assert part not in text


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    """A line of the shipped text stands where it stands in the suite."""
    path = tmp_path / "test_it.py"
    path.write_text(SUITE)
    ((_, _, text),) = extract_scenario(loaded(path).ask).modules

    assert text.splitlines().index("def ask(module, n):") == SUITE.splitlines().index("def ask(module, n):")


def test_docstrings_stay_behind(tmp_path: Path) -> None:
    """What a scenario's docstrings say of its purpose is not sent, and the code is otherwise as it was."""
    path = tmp_path / "test_it.py"
    path.write_text(
        'class Probe:\n    """Catches\n    fools."""\n    size = 3\n\n\n'
        'def ask(module):\n    """Looks for the error."""  # behind it\n'
        '    def one(): "a line of its own"\n    return Probe.size, one\n'
    )
    ((_, _, text),) = extract_scenario(loaded(path).ask).modules

    assert "Catches" not in text and "fools" not in text and "Looks for" not in text
    shipped = tmp_path / "shipped.py"
    shipped.write_text(text)
    assert loaded(shipped).ask(None)[0] == 3
    assert text.splitlines().index("    return Probe.size, one") == path.read_text().splitlines().index(
        "    return Probe.size, one"
    )


def test_neighbor_modules_travel_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper module beside the suite is sent, and before the suite that imports it."""
    (tmp_path / "probe_of_this_test.py").write_text("def coded(n):\n    return n\n")
    path = tmp_path / "test_two.py"
    path.write_text("from probe_of_this_test import coded\n\n\ndef ask(module):\n    return coded(1)\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert [name for name, _, _ in extract_scenario(loaded(path).ask).modules] == ["probe_of_this_test", "test_two"]


def test_closures_and_lambdas_are_no_scenarios() -> None:
    """A lambda or a nested function cannot be sent, and the author is told what a scenario is."""

    def nested(module: object) -> None:
        return None

    for wrong in (nested, lambda module: None):
        with pytest.raises(TypeError, match="top level"):
            Question(wrong, [((), {})])


def test_a_seed_means_the_same_wherever_the_course_lies(tmp_path: Path) -> None:
    """The same question has the same digest, and so the same random numbers, in every folder; another one has not."""
    found = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        file = tmp_path / name / "test_scene.py"
        file.write_text("def shown(module, x):\n    return x\n\n\ndef other(module, x):\n    return x\n")
        scenarios = loaded(file)
        found.append([Question(one, [((2,), {})]).digest() for one in (scenarios.shown, scenarios.other)])
    assert found[0] == found[1] and found[0][0] != found[0][1]
