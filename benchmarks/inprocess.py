"""A pytest plugin that runs a suite's scenarios in pytest's own process: no sandbox, no fork, nothing is confined.

It is the usual way to grade, kept to measure against and to try a suite while writing it:

    python -m pytest -p benchmarks.inprocess exercises/ex16_dropout/suite --submission solutions/ex16_dropout
"""

import hashlib
import importlib.util
import random
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.engine.observe import Observe, Question
from grader.sandbox.guest.wire import Raised, pack, unpack


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", required=True, help="file or folder to grade")
    parser.addoption("--grader-seed", type=int, default=0, help="seed of the inputs")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "points(worth, hint, gate, bonus): what a test is worth")
    config.addinivalue_line("markers", "public: a test that learners get too")


def source(path: Path) -> Path:
    return path if path.is_file() else next(p for p in sorted(path.glob("*.py")))


def load_module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("submission", source(path))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def to_array(value: Any) -> Any:
    import torch

    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else None


def ask_beside(path: Path | None, seed: int) -> Any:
    import torch

    memory: dict[str, list[Any]] = {}
    fresh = [0]

    def ask(question: Question) -> list[Any]:
        key = question.digest()
        if question.fresh:
            fresh[0] += 1
            key += str(fresh[0])
        if key not in memory:
            number = int.from_bytes(hashlib.sha256(f"{seed}{key}".encode()).digest()[:4], "big")
            random.seed(number), np.random.seed(number), torch.manual_seed(number)
            first: list[Any] = []
            if question.wants:
                assert path is not None
                first = [load_module(path)] if question.wants == "module" else [lambda: load_module(path)]
            answers: list[Any] = []
            for args, kwargs in unpack(question.packed, torch.from_numpy):
                try:
                    answers.append(question.scenario(*first, *args, **kwargs))
                except Exception as error:  # noqa: BLE001  whatever the submission raises is an answer
                    traceback.print_exc()
                    kinds = tuple(f"{k.__module__}.{k.__qualname__}" for k in type(error).__mro__)
                    answers.append(Raised(kinds, str(error)))
            memory[key] = unpack(pack(answers, to_array))
        return memory[key]

    return ask


@pytest.fixture(scope="session")
def observe(request: pytest.FixtureRequest) -> Observe:
    return Observe(
        ask_beside(Path(request.config.getoption("submission")).resolve(), request.config.getoption("grader_seed"))
    )


@pytest.fixture(scope="session")
def reference(request: pytest.FixtureRequest) -> Observe:
    exercise = Path(request.config.args[0]).resolve()
    folder = next(p for p in (exercise, *exercise.parents) if (p / "exercise.toml").exists())
    return Observe(ask_beside(folder.parents[1] / "solutions" / folder.name, request.config.getoption("grader_seed")))


@pytest.fixture(scope="session")
def neutral(request: pytest.FixtureRequest) -> Observe:
    return Observe(ask_beside(None, request.config.getoption("grader_seed")))


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> np.random.Generator:
    name = f"{request.config.getoption('grader_seed')}|{request.node.name}"
    return np.random.default_rng(list(hashlib.sha256(name.encode()).digest()))
