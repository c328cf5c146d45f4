"""Runs drawn anew for ex40: every disease in many sizes, short runs without any pattern, and how answers are judged."""

import numpy as np
from diseases import MISREAD, RIGHT

from grader.suite import exactly, require


def rounded(values):
    return [float(f"{max(value, 0.0):.4g}") for value in values]


def falling(draw, n, start, floor, noise=0.04):
    """A training curve that falls from start towards floor."""
    t = np.arange(n)
    return (floor + (start - floor) * np.exp(-t / (0.25 * n + 1))) * (1 + noise * draw.uniform(-1, 1, n))


def length(draw):
    return int(draw.integers(4, 25))


def size(draw):
    """A factor from .05 to 5: most rules ask for ratios only."""
    return float(np.exp(draw.uniform(np.log(0.05), np.log(5))))


def blown_up(draw):
    n, s = length(draw) + 2, size(draw)
    train = falling(draw, n, s, 0.2 * s)
    late = int(draw.integers(2, max(3, n // 2)))
    train[-late:] *= np.linspace(1.5, draw.uniform(2.0, 8.0), late)
    return train, train * 1.1


def deep(draw):
    """Falls very far and then rises a little, seen from where it began; at the end or for one epoch."""
    n, s = length(draw) + 2, size(draw)
    train = falling(draw, n, s, 0.005 * s) * np.linspace(1, 0.1, n)
    late = int(draw.integers(1, 5))
    train[-late:] *= np.linspace(1.5, 4, late)
    return train, train * draw.uniform(0.9, 1.4)


def spiked(draw):
    n, s = length(draw), size(draw)
    train = falling(draw, n, s, 0.25 * s)
    at, wide = int(draw.integers(1, n)), int(draw.choice([1, 1, 3]))
    train[at : at + wide] *= np.linspace(draw.uniform(1.3, 2), draw.uniform(1.3, 5), wide)[: n - at]
    return train, train * draw.uniform(0.9, 1.4)


def low_plain(draw):
    """Hardly moves, at a height of its own."""
    n, level = length(draw), float(np.exp(draw.uniform(np.log(0.02), np.log(4))))
    slope = np.linspace(0, float(draw.choice([0.0, 0.01, 0.1, 0.15])), n)
    train = level * (1 - slope) * (1 + 0.005 * draw.uniform(-1, 1, n))
    train[draw.integers(n)] *= draw.choice([1.0, 1.0, 0.9])
    return train, train * draw.uniform(0.8, 1.3)


def near_chance(draw, classes):
    """Around ln K, in part with an end or a beginning elsewhere."""
    n = length(draw)
    train = np.log(classes) * draw.uniform(0.93, 1.07) * (1 + draw.choice([0.003, 0.02]) * draw.uniform(-1, 1, n))
    train[-1] *= draw.choice([1.0, 0.94, 0.8, 0.6])
    train[0] *= draw.choice([1.0, 1.1, 1.5])
    return train, train * draw.uniform(0.95, 1.1)


def easy_validation(draw):
    n, s = length(draw), size(draw)
    train = falling(draw, n, s, 0.4 * s)
    shape = train if draw.random() < 0.5 else np.full(n, s)
    return train, shape * draw.choice([0.12, 0.3, 0.6]) * draw.uniform(0.8, 1.2) * np.linspace(
        1, draw.choice([1.0, 1.6]), n
    )


def by_heart(draw):
    """Validation falls, then rises; training falls on, or stops falling there."""
    n, s = length(draw) + 3, size(draw)
    turn = int(draw.integers(1, n - 1))
    val = s * np.concatenate([np.linspace(1, 0.5, turn), np.linspace(0.5, draw.uniform(0.5, 1.2), n - turn)])
    train = falling(draw, n, s, draw.uniform(0.05, 0.4) * s)
    if draw.random() < 0.4:
        train[turn:] = train[turn - 1] * draw.uniform(1.0, 1.3, n - turn)
    return train, val * (1 + 0.02 * draw.uniform(-1, 1, n))


def gap(draw):
    """Validation stays far above training, and flat."""
    n, s = length(draw), size(draw)
    return falling(draw, n, s, 0.1 * s), falling(draw, n, s, 0.6 * s, 0.01)


def short(draw):
    """A few values without any pattern."""
    n, s = int(draw.integers(1, 8)), size(draw)
    return s * draw.uniform(0.3, 1.5, n), s * draw.uniform(0.3, 1.5, n)


FAMILIES = (blown_up, deep, spiked, low_plain, near_chance, easy_validation, by_heart, gap, short)


def some_run(draw, family=None):
    """One run of a family, far enough from every limit, as (train, val, classes)."""
    while True:
        chosen = family or FAMILIES[draw.integers(len(FAMILIES))]
        classes = int(draw.choice([2, 3, 5, 10, 50])) if chosen is near_chance or draw.random() < 0.5 else None
        pair = chosen(draw, classes) if chosen is near_chance else chosen(draw)
        train, val = map(rounded, pair)
        if RIGHT.diagnosis(train, val, classes) is not None:
            return train, val, classes


def telling_runs(draw, count):
    """`count` runs and more, so many that each misread rule goes wrong in one of them."""
    runs = [some_run(draw) for _ in range(count)]
    for rules in MISREAD.values():
        found = any(mistaken(rules, run) for run in runs)
        for _ in range(60):
            if found:
                break
            run = some_run(draw)
            if found := mistaken(rules, run):
                runs.append(run)
    return runs


def mistaken(rules, run):
    return rules.diagnosis(*run) not in (RIGHT.diagnosis(*run), None)


def told(run):
    train, val, classes = run
    known = f", {classes} classes" if classes else ""
    return f"train {train}, val {val}{known}"


def judged(seen, runs):
    """Every diagnosis is right; the message shows the shortest run that is not, and the misread rule that fits all."""
    found = exactly(seen, len(runs), "the diagnoses")
    expected = [RIGHT.diagnosis(*run) for run in runs]
    wrong = [i for i in range(len(runs)) if found[i] != expected[i]]
    if wrong:
        fitting = [why for why, rules in MISREAD.items() if explains(rules, runs, found)]
        i = min(wrong, key=lambda k: len(runs[k][0]))
        why = f" ({fitting[0]})" if len(fitting) == 1 else ""
        require(False, f"{told(runs[i])}: expected {expected[i]!r}, saw {found[i]!r}{why}")


def explains(rules, runs, found):
    return all(rules.diagnosis(*run) in (one, None) for run, one in zip(runs, found, strict=True))
