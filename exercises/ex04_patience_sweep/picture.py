"""ex04's picture: one recorded validation curve, where each patience stopped and what it kept and wasted."""

# An MLP (64-128-10, Adam, learning rate 0.003, batches of 20) on 200 digits of which 51 carry a wrong label.
CURVE = [
    2.149, 1.951, 1.720, 1.465, 1.271, 1.109, 0.979, 0.892, 0.836, 0.806, 0.766, 0.772, 0.726, 0.733, 0.724, 0.706,
    0.745, 0.694, 0.700, 0.700, 0.691, 0.698, 0.714, 0.701, 0.711, 0.694, 0.714, 0.712, 0.723, 0.718, 0.714, 0.719,
]  # fmt: skip
PATIENCES = [1, 2, 3, 5, 10, 20]


def scene(module):
    """The curve and, per patience, what sweep() says about it."""
    keys = ("patience", "stop_epoch", "best_epoch", "wasted")
    return CURVE, [{key: row[key] for key in keys} for row in module.sweep(CURVE, PATIENCES)]


def draw(submission, reference):
    """One panel per side: the curve, per patience a dot (kept) and a tick (stopped), and bars for the wasted epochs."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(6.5 * len(sides), 4.5), layout="constrained")
    for number, (name, (curve, table)) in enumerate(sides, start=1):
        ax = figure.add_subplot(1, len(sides), number)
        ax.plot(curve, color="tab:blue")
        wasted = ax.twinx()
        for row, color in zip(table, ("C1", "C2", "C3", "C4", "C5", "C6"), strict=True):
            patience, stop, best = row["patience"], row["stop_epoch"], row["best_epoch"]
            end = len(curve) - 1 if stop is None else stop
            ends = "never stops" if stop is None else f"stops at {stop}"
            ax.plot([best], [curve[best]], "o", color=color, label=f"patience {patience}: keeps {best}, {ends}")
            if stop is not None:
                ax.axvline(stop, ymax=0.08, color=color, linewidth=3)
            wasted.bar([end], [row["wasted"]], color=color, alpha=0.35, width=0.8)
        ax.set(title=name, xlabel="epoch", ylabel="validation loss", ylim=(0.5, 2.2))
        wasted.set(ylabel="epochs wasted (bars)", ylim=(0, 24))
        ax.legend()
    return figure
