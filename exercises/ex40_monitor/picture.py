"""ex40's picture: eight runs, and what `diagnose` says of each."""

import numpy as np

CLASSES = 10


def scene(module):
    """(expected, training losses, validation losses, smoothed training losses, what was said) of eight runs."""
    noise, t = np.random.default_rng(40), np.arange(24)
    way = 0.25 + 2.05 * np.exp(-t / 5)
    runs = {
        "healthy": (way, way + 0.2),
        "overfitting": (way * np.exp(-t / 12), way + 0.02 * np.maximum(t - 8, 0) ** 1.5),
        "diverging": (np.where(t < 12, way, way[12] * 1.3 ** (t - 12)), way + 0.2 + np.maximum(t - 12, 0) * 0.3),
        "spike": (np.where(t == 14, 2.6, way), way + 0.2),
        "plateau": (np.full(24, np.log(CLASSES)), np.full(24, np.log(CLASSES) + 0.03)),
        "not_learning": (np.full(24, 4.8), np.full(24, 4.9)),
        "suspicious": (way + 0.6, way + 0.05),
        "non_finite": (np.where(t < 15, way, np.nan), np.where(t < 15, way + 0.2, np.nan)),
    }
    told = []
    for name, curves in runs.items():
        train, val = ((curve * noise.uniform(0.98, 1.02, 24)).tolist() for curve in curves)
        told.append((name, train, val, list(module.smooth(train)), module.diagnose(train, val, CLASSES)))
    return told


def claim(reference):
    """Each of the eight runs gets its own name, and the smoothed curve is steadier than the run."""
    assert len({name for name, *_ in reference}) == 8, "not eight kinds of runs"
    for name, train, _, smoothed, said in reference:
        assert said == name, f"a run that is {name} is called {said}"
        assert len(smoothed) == len(train), f"{name}: {len(smoothed)} smoothed values of {len(train)}"
    ((_, run, _, calm, _),) = [one for one in reference if one[0] == "spike"]
    assert max(np.diff(calm)) < 0.5 * max(np.diff(run)), "the spike is as high in the smoothed curve"


def draw(submission, reference):
    """Two rows of four runs for each side."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(12, 5 * len(sides)), layout="constrained")
    panels = figure.subplots(2 * len(sides), 4, squeeze=False, sharex=True)
    for i, (side, told) in enumerate(sides):
        for panel, (name, train, val, smoothed, said) in zip(panels[2 * i : 2 * i + 2].flat, told, strict=True):
            panel.plot(train, color="tab:blue", lw=1, label="training")
            panel.plot(val, color="tab:orange", lw=1, label="validation")
            panel.plot(smoothed, color="tab:blue", ls="--", lw=1, label="training, smoothed")
            panel.axhline(np.log(CLASSES), color="tab:gray", ls=":", lw=1, label="ln 10")
            right = said == name
            panel.set_title(f"{side}: {said}" + ("" if right else f", not {name}"))
            panel.set(ylim=(0, 5.5), xlabel="epoch")
        panels[2 * i, 0].legend(fontsize=7)
    return figure
