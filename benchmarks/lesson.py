"""Every number of the lesson exercises/README.md, computed anew: `python -m benchmarks.lesson` prints them."""

import math
from collections.abc import Callable

import numpy as np

LOSSES = [0.95, 0.80, 0.68, 0.58, 0.51, 0.46, 0.42, 0.40, 0.38, 0.41, 0.43, 0.46]


def trace(patience: int) -> tuple[int | None, int]:
    """(epoch of the stop, best epoch) for the lesson's twelve losses."""
    best, best_epoch, bad = math.inf, 0, 0
    for epoch, loss in enumerate(LOSSES):
        if loss < best - 0.001:
            best, best_epoch, bad = loss, epoch, 0
        else:
            bad += 1
        if bad >= patience:
            return epoch, best_epoch
    return None, best_epoch


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
    """Name of each number and the text that the lesson prints for it."""
    places = np.linspace(0.01, 10, 100_000)
    gaps = [gap(float(p)) for p in places[::100]]
    widest = float(places[::100][int(np.argmax(gaps))])
    stop, best = trace(3)
    smooth = (1 - 0.1 + 0.1 / 10, 0.1 / 10)
    return {
        "stop epoch for patience 3": f"epoch {stop}",
        "best epoch": f"epoch {best}",
        "never with patience 4": str(trace(4)[0]),
        "descent at 1": f"{1 - math.exp(-1):.3f}",
        "ridge at 1": f"{1 / 2:.3f}",
        "widest gap": f"{max(gaps):.2f}",
        "place of the widest gap": f"{widest:.1f}",
        "normalized mid-grey": f"{(0.5 - 0.485) / 0.229:.3f}",
        "nearly pure blends": f"{nearly_pure(0.2):.0%}".replace("%", " %"),
        "side of the box": f"{math.sqrt(0.5):.3f}",
        "survivors of dropout": f"{1 / (1 - 0.3):.3f}",
        "smooth right class": f"{1 - 0.1 + 0.1 / 4:.3f}",
        "smooth other class": f"{0.1 / 4:.3f}",
        "best logit gap": f"{math.log(smooth[0] / smooth[1]):.2f}",
        "mean of batch means": f"{(39 * 0.1 + 2.0) / 40:.4f}",
        "mean over samples": f"{(9984 * 0.1 + 16 * 2.0) / 10000:.4f}",
        "margin of a clear lead": f"{2 * math.sqrt(0.02**2 / 3 + 0.02**2 / 3):.3f}",
        "biased by unbiased at 16": f"{15 / 16:.4f}",
    }


def main(say: Callable[[str], None] = print) -> None:
    for name, value in numbers().items():
        say(f"{name:28} {value}")


if __name__ == "__main__":
    main()
