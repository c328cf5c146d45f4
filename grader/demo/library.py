"""Finds the demonstrations of a course and reads what they declare, without importing torch or drawing anything."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.base.errors import CourseError
from grader.course.course import carried_course
from grader.demo import Choice, Parameter, Prediction, Slider, Value
from grader.engine.placeholder import light_imports

# Threads that wait for each other on a busy machine took half a minute for a figure that one thread draws at once.
ONE_THREAD = tuple((name, "1") for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"))


@dataclass(frozen=True)
class Demo:
    """One `demos/<id>/demo.py`."""

    id: str
    path: Path
    title: str
    text: str
    parameters: tuple[Parameter, ...]
    prediction: Prediction | None
    exercises: tuple[str, ...]

    @property
    def defaults(self) -> dict[str, Value]:
        return {one.name: one.value(str(one.default)) for one in self.parameters}

    def values(self, given: dict[str, str]) -> dict[str, Value]:
        """Every parameter's value: as given, else its default. UsageError for what is out of range."""
        return {one.name: one.value(given.get(one.name, str(one.default))) for one in self.parameters}

    @property
    def asked(self) -> dict[str, Value]:
        """The values for which the prediction is made."""
        return self.defaults | dict(self.prediction.at if self.prediction else {})


def find_demos(root: Path) -> dict[str, Demo]:
    """The demonstrations of a workspace and of the carried course by id; the workspace's go first."""
    found: dict[str, Demo] = {}
    for folder in (root / "demos", carried_course().root / "demos"):
        for path in sorted(folder.glob("*/demo.py")):
            if path.parent.name not in found:
                found[path.parent.name] = read_demo(path)
    return found


def read_demo(path: Path) -> Demo:
    """What a demo.py declares. CourseError, with the file, for what is wrong in it."""
    with light_imports():
        module = load(path)
    title, _, text = (module.__doc__ or "").strip().partition("\n")
    parameters = tuple(getattr(module, "PARAMETERS", ()))
    if not title or not callable(getattr(module, "draw", None)) or not parameters:
        raise CourseError("needs a docstring, PARAMETERS and draw", str(path), "see `grader/demo/__init__.py`")
    for one in parameters:
        if not isinstance(one, (Slider, Choice)):
            raise CourseError(f"PARAMETERS holds {one!r}", str(path), "use Slider and Choice")
    prediction = getattr(module, "PREDICTION", None)
    exercises = tuple(getattr(module, "EXERCISES", ()))
    return Demo(path.parent.name, path, title.rstrip("."), text.strip(), parameters, prediction, exercises)


def load(path: Path) -> Any:
    """The module of a demo.py, imported. CourseError for whatever it raises."""
    spec = importlib.util.spec_from_file_location(f"demo_{path.parent.name.replace('-', '_')}", path)
    if spec is None or spec.loader is None:
        raise CourseError("cannot be imported", str(path))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001  whatever an author's own file raises
        raise CourseError(f"cannot be imported: {type(error).__name__}: {error}", str(path), "correct it") from None
    return module
