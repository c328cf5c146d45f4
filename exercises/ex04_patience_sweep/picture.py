"""ex04's picture: one recorded training, and where each patience stopped, what it kept and what it wasted."""

# An MLP (64-128-10, Adam, learning rate 0.003, batches of 20) on 200 digits of which 51 carry a wrong label: loss and
# accuracy on 400 others, epoch by epoch.
LOSSES = [
    2.119, 1.900, 1.626, 1.381, 1.205, 1.057, 0.942, 0.890, 0.840, 0.808, 0.809, 0.755, 0.756, 0.726, 0.745, 0.705,
    0.717, 0.715, 0.699, 0.700, 0.724, 0.701, 0.731, 0.719, 0.696, 0.713, 0.712, 0.693, 0.716, 0.710, 0.712, 0.728,
    0.727, 0.730, 0.756, 0.717,
]  # fmt: skip
ACCURACIES = [
    0.2850, 0.3325, 0.5950, 0.7575, 0.7575, 0.7925, 0.8325, 0.8325, 0.8450, 0.8400, 0.8450, 0.8600, 0.8450, 0.8500,
    0.8350, 0.8700, 0.8325, 0.8450, 0.8300, 0.8375, 0.8350, 0.8350, 0.8300, 0.7875, 0.8200, 0.8400, 0.7825, 0.8350,
    0.8175, 0.8000, 0.8025, 0.8125, 0.7675, 0.8025, 0.7650, 0.7975,
]  # fmt: skip
PATIENCES = [1, 2, 3, 5, 8, 12]


def scene(module):
    """Per patience what sweep() says about the recorded training."""
    keys = ("patience", "stop_epoch", "best_epoch", "wasted", "accuracy")
    return [{key: row[key] for key in keys} for row in module.sweep(LOSSES, PATIENCES, val_accs=ACCURACIES)]


def claim(reference):
    """More patience keeps a later epoch and wastes more, the longest never stops; accuracy goes its own way."""
    kept, wasted = [row["best_epoch"] for row in reference], [row["wasted"] for row in reference]
    assert kept == sorted(kept), f"more patience keeps an earlier epoch: {kept}"
    assert len(set(kept)) >= 4, f"the epochs that are kept hardly differ: {kept}"
    assert wasted == sorted(wasted), f"more patience wastes fewer epochs: {wasted}"
    assert wasted[-1] >= 5, f"the longest patience wastes {wasted[-1]} epochs only"
    stops = [row["stop_epoch"] for row in reference]
    assert stops[-1] is None, f"the longest patience stops at {stops[-1]}"
    assert None not in stops[:-1], f"a shorter patience never stops: {stops}"
    accuracies = [row["accuracy"] for row in reference]
    assert accuracies != sorted(accuracies), "accuracy rises with the patience"
    assert all(0.8 < accuracy < 0.9 for accuracy in accuracies), f"accuracies of {accuracies}"


def draw(submission, reference):
    """One column per side: the curve with what each patience keeps, below it a bar per patience up to its stop."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(7 * len(sides), 6), layout="constrained")
    grid = figure.subplots(2, len(sides), squeeze=False, sharex=True)
    for (curve, bars), (name, table) in zip(grid.T, sides, strict=True):
        curve.plot(LOSSES, color="tab:gray")
        for place, (row, color) in enumerate(zip(table, ("C0", "C1", "C2", "C3", "C4", "C5"), strict=True)):
            stop, best = row["stop_epoch"], row["best_epoch"]
            end = len(LOSSES) - 1 if stop is None else stop
            size = 13 - 2 * sum(best == other["best_epoch"] for other in table[:place])
            curve.plot([best], [LOSSES[best]], "o", color=color, markersize=size)
            bars.barh(place, best, color=color)
            bars.barh(place, end - best, left=best, color=color, alpha=0.3, edgecolor=color, hatch="//")
            ended = "never stops" if stop is None else f"stops at {stop}"
            text = f"keeps {best}, accuracy {row['accuracy']:.1%}; {ended}, {row['wasted']} wasted"
            bars.text(0.4, place, text, va="center", fontsize=8, bbox={"color": "white", "alpha": 0.8, "pad": 1.5})
        curve.set(title=f"{name}: the epochs that are kept", ylabel="validation loss", ylim=(0.6, 1.2))
        bars.set(xlabel="epoch (hatched: waited for nothing)", ylabel="patience", xlim=(0, len(LOSSES)))
        bars.set_yticks(range(len(table)), [str(row["patience"]) for row in table])
        bars.invert_yaxis()
    return figure
