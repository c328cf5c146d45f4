"""Packages beyond the core that an exercise needs: which are missing here, and how they are installed."""

import importlib.util
from collections.abc import Iterable

from grader.base.version import installed

CORE = ("torch", "torchvision", "numpy", "matplotlib", "PIL", "pytest")
DISTRIBUTIONS = {
    "sklearn": "scikit-learn", "skimage": "scikit-image", "cv2": "opencv-python", "yaml": "pyyaml", "PIL": "pillow",
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil",
}  # fmt: skip


def top(name: str) -> str:
    """`sklearn` of `sklearn.linear_model`."""
    return name.partition(".")[0]


def distribution(name: str) -> str:
    """What one installs to import this name."""
    return DISTRIBUTIONS.get(top(name), top(name))


def missing(names: Iterable[str]) -> list[str]:
    """Those of the packages that cannot be imported by this interpreter, without importing any."""
    return [name for name in dict.fromkeys(map(top, names)) if importlib.util.find_spec(name) is None]


def versions(names: Iterable[str]) -> list[str]:
    """What is installed of these packages, as `scikit-learn 1.5`, each once."""
    return [f"{name} {installed(name)}" for name in dict.fromkeys(map(distribution, names))]


def advice(names: Iterable[str]) -> str:
    """The command that installs them."""
    return f"pip install {' '.join(dict.fromkeys(map(distribution, names)))}"


def standing(names: Iterable[str]) -> str:
    """A line on packages beyond the core: their names, and what installs those that are missing; empty for none."""
    needed = sorted(set(map(top, names)))
    absent = missing(needed)
    return f"packages {', '.join(needed)}: {advice(absent) if absent else 'all there'}" if needed else ""
