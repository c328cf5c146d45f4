"""ex32's picture: one row per epoch, one colored field per sample, in the order in which the samples come."""

import numpy as np
import torch

N = 24
SIZE = 5
EPOCHS = 6


def scene(module):
    found = {}
    for shuffle in (False, True):
        batches = module.Minibatches(torch.arange(N), torch.arange(N), SIZE, shuffle, seed=1)
        found["shuffled" if shuffle else "as given"] = [
            torch.cat([xb.reshape(-1) for xb, _ in batches]).tolist() for _ in range(EPOCHS)
        ]
    return found


def claim(reference):
    """Without shuffling each epoch is the same; with it each has another order, and every sample comes once."""
    assert reference["as given"] == [list(range(N))] * EPOCHS, "as given is not the order of the data"
    orders = reference["shuffled"]
    assert all(sorted(order) == list(range(N)) for order in orders), "a sample is missing or comes twice"
    assert len({tuple(order) for order in orders}) == EPOCHS, "two epochs have the same order"
    moved = np.mean(np.array(orders) != np.arange(N))
    assert moved > 0.75, f"only {moved:.0%} of the samples changed their place"


def draw(submission, reference):
    from matplotlib.figure import Figure

    seen = [(name, rows) for name, rows in (("yours", submission), ("reference", reference)) if rows is not None]
    figure = Figure(figsize=(10, 2.2 * len(seen) + 0.6), layout="constrained")
    grid = figure.subplots(len(seen), 2, squeeze=False)
    for line, (who, rows) in enumerate(seen):
        for axes, kind in zip(grid[line], ("as given", "shuffled"), strict=True):
            width = max(map(len, rows[kind]))
            table = [row + [float("nan")] * (width - len(row)) for row in rows[kind]]
            image = axes.imshow(table, cmap="viridis", vmin=0, vmax=N - 1, aspect="auto")
            for start in range(SIZE, width, SIZE):
                axes.axvline(start - 0.5, color="white", lw=3)
            axes.set_yticks(range(EPOCHS), range(1, EPOCHS + 1))
            axes.set_ylabel("epoch")
            axes.set_title(f"{who}, {kind}: batches of {SIZE}", fontsize=10)
    for axes in grid[-1]:
        axes.set_xlabel("place in the epoch")
    figure.colorbar(image, ax=grid, label="sample")
    return figure
