"""Where examinees compute: the CPU unless an exercise allows more and the machine has it."""

import platform
from collections.abc import Iterable
from pathlib import Path

from grader.base.errors import CourseError, UsageError
from grader.course.exercise import Exercise

NAMES = ("auto", "cpu", "cuda", "mps")
NVIDIA = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia0")


def available() -> list[str]:
    """The devices that this machine seems to have, best first, found without importing torch."""
    found = []
    if all(Path(node).exists() for node in NVIDIA):
        found.append("cuda")
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        found.append("mps")
    return [*found, "cpu"]


def choose_device(wanted: str, exercise: Exercise) -> str:
    """`auto` is cuda, else mps, else cpu; an exercise that runs on the CPU by design, or needs a GPU, always does.

    That there is none is said when it is graded (`check_device`), and leaves it ungraded.

    UsageError if a device is named that this machine does not have.
    """
    if wanted not in NAMES:
        raise UsageError(f"there is no device {wanted!r}", next=f"choose one of {', '.join(NAMES)}")
    if exercise.device == "gpu":
        return "cuda"
    devices = available()
    if wanted not in ("auto", *devices):
        raise UsageError(f"this machine has no {wanted}", next="use --device cpu")
    if exercise.device == "cpu":
        return "cpu"
    return devices[0] if wanted == "auto" else wanted


def own_device(exercise: Exercise) -> str:
    """Where an exercise computes if nobody chooses: on the CPU, unless it needs a GPU."""
    return "cuda" if exercise.device == "gpu" else "cpu"


def lacks_device(exercise: Exercise) -> bool:
    """Whether an exercise needs a GPU, and this machine has none."""
    return own_device(exercise) == "cuda" and "cuda" not in available()


def reach(wanted: str, exercises: Iterable[Exercise]) -> str:
    """The device that one sandbox must open for all these exercises: the GPU if there is one and one computes there."""
    chosen = {choose_device(wanted, exercise) for exercise in exercises}
    return next((device for device in available() if device in chosen), "cpu")


def check_device(exercise: Exercise) -> None:
    """CourseError, which leaves it ungraded, where an exercise needs a GPU and there is none."""
    if lacks_device(exercise):
        what = f"{exercise.key} needs a GPU, and this machine has none: nothing was graded"
        raise CourseError(what, str(exercise.folder / "exercise.toml"), "run it where there is one")
