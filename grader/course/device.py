"""Where examinees compute: the CPU unless an exercise allows more and the machine has it."""

import platform
from pathlib import Path

from grader.base.errors import UsageError
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
    """`auto` is cuda, else mps, else cpu; an exercise that runs on the CPU by design always does.

    UsageError if a device is named that this machine does not have.
    """
    if wanted not in NAMES:
        raise UsageError(f"there is no device {wanted!r}", next=f"choose one of {', '.join(NAMES)}")
    devices = available()
    if wanted not in ("auto", *devices):
        raise UsageError(f"this machine has no {wanted}", next="use --device cpu")
    if exercise.device == "cpu":
        return "cpu"
    return devices[0] if wanted == "auto" else wanted
