"""Numbers that the lessons state in their sentences, computed anew: `python -m benchmarks.lesson` prints them.

What their demonstrations print is compared by `python -m benchmarks.demonstrations`.
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np


def gap(product: float) -> float:
    """Shrink factor of gradient descent (small rate) minus that of ridge at the matching strength."""
    return (1 - math.exp(-product)) - product / (product + 1)


def nearly_pure(alpha: float) -> float:
    """P(λ < 0.1 or λ > 0.9) for λ ~ Beta(α, α), integrated with t = λ^α, which removes the poles at the ends."""
    t = (np.arange(400_000) + 0.5) / 400_000 * 0.5**alpha
    lam = t ** (1 / alpha)
    density = (1 - lam) ** (alpha - 1)
    return float(density[lam < 0.1].sum() / density.sum())


def numbers() -> dict[str, str]:
    """Name of each number and the text that a lesson has for it."""
    places = np.linspace(0.01, 10, 100_000)
    gaps = [gap(float(p)) for p in places[::100]]
    widest = float(places[::100][int(np.argmax(gaps))])
    hidden = [min(c + 2, 8) - max(c - 2, 0) for c in range(8)]
    return {
        "descent at 1": f"{1 - math.exp(-1):.3f}",
        "ridge at 1": f"{1 / 2:.3f}",
        "widest gap": f"{max(gaps):.2f}",
        "place of the widest gap": f"{widest:.1f}",
        "normalized black": f"{(0 - 0.485) / 0.229:.3f}",
        "normalized mid-gray": f"{(0.5 - 0.485) / 0.229:.3f}",
        "normalized white": f"{(1 - 0.485) / 0.229:.3f}",
        "nearly pure blends": f"{nearly_pure(0.2):.0%}".replace("%", " %"),
        "cutout around any center": f"{float(np.mean(hidden)) ** 2 / 64:.1%}".replace("%", " %"),
        "biased by unbiased at 16": f"{15 / 16:.4f}",
        "parameters from 10 by 32 to 1": str(sum((ins + 1) * outs for ins, outs in pairwise((10, 32, 1)))),
        "price of ten equal answers": f"{math.log(10):.2f}",
    }


def main(say: Callable[[str], None] = print) -> None:
    for name, value in numbers().items():
        say(f"{name:28} {value}")


if __name__ == "__main__":
    main()
