"""Packages beyond the core that an exercise needs: which are missing here, and how they are installed."""

import importlib.util
from collections.abc import Iterable

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


def advice(names: Iterable[str]) -> str:
    """The command that installs them."""
    return f"pip install {' '.join(map(distribution, names))}"
