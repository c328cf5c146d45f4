"""ex39's picture: how far weighted parts are from the whole batch, and the gradients of three workers in a plane."""

import numpy as np
import torch
from torch import nn

SIZES = list(range(1, 11))
TERMS = (6, 3, 1)


def text():
    """Ten sequences of 6 tokens, padded with 0 behind their end, the short ones last."""
    generator = torch.Generator().manual_seed(39)
    x, y = (torch.randint(1, 7, (10, 6), generator=generator) for _ in range(2))
    long = torch.tensor([6, 6, 5, 6, 4, 4, 3, 2, 2, 1])
    return x, y.masked_fill(torch.arange(6) >= long[:, None], 0)


def loss_fn(scores, targets):
    return nn.functional.cross_entropy(scores.transpose(1, 2), targets, ignore_index=0)


def scene(module):
    """Errors of the accumulated gradient for micro-batches of each size, three ways; the workers' gradients in 2-D."""
    torch.manual_seed(39)
    model = nn.Sequential(nn.Embedding(7, 8), nn.Linear(8, 7))
    x, y = text()

    def flat():
        return torch.cat([p.grad.flatten() for p in model.parameters()])

    def parts(weights_of, pieces):
        model.zero_grad()
        for (mine, targets), weight in zip(pieces, weights_of, strict=True):
            (weight * loss_fn(model(mine), targets)).backward()
        return flat()

    right = parts([1.0], [(x, y)])
    off = {"accumulate": [], "by sequences": [], "by micro-batches": []}
    for size in SIZES:
        pieces = list(zip(x.split(size), y.split(size), strict=True))
        module.accumulate(model, pieces, loss_fn, 0)
        found = {
            "accumulate": flat(),
            "by sequences": parts([len(mine) / 10 for mine, _ in pieces], pieces),
            "by micro-batches": parts([1 / len(pieces)] * len(pieces), pieces),
        }
        for way, gradient in found.items():
            off[way].append(((gradient - right).norm() / right.norm()).item())

    centers = torch.tensor([[-0.5, -1.0]] * 6 + [[-1.0, 0.25]] * 3 + [[1.25, 0.75]])
    points, values = centers + 0.1 * torch.randn(10, 2), torch.ones(10)
    line, grads = nn.Linear(2, 1, bias=False), []
    nn.init.zeros_(line.weight)
    for mine, targets in [*zip(points.split(TERMS), values.split(TERMS), strict=True), (points, values)]:
        line.zero_grad()
        nn.functional.mse_loss(line(mine)[:, 0], targets).backward()
        grads.append(line.weight.grad[0].clone())
    *workers, whole = grads
    reduced = module.all_reduce([{"weight": g} for g in workers], list(TERMS))["weight"]
    arrows = {f"worker, {n} of 10 samples": g for n, g in zip(TERMS, workers, strict=True)}
    arrows |= {"all_reduce": reduced, "plain mean": sum(workers) / 3, "whole batch": whole}
    return {"off": off, "arrows": {name: g.tolist() for name, g in arrows.items()}}


def claim(reference):
    """accumulate is exact at every size, other weights in one batch only; all_reduce is the whole batch's arrow."""
    off, arrows = reference["off"], {name: np.array(arrow) for name, arrow in reference["arrows"].items()}
    worst = max(off["accumulate"])
    assert worst < 1e-5, f"accumulate is off by up to {worst:.1%}"
    for way in ("by sequences", "by micro-batches"):
        assert off[way][-1] < 1e-5, f"{way}: one batch of all is off by {off[way][-1]:.1%}"
        assert min(off[way][:-1]) > 0.02, f"{way}: off by {min(off[way][:-1]):.1%} only in smaller batches"
    gap, plain = (np.abs(arrows[name] - arrows["whole batch"]).max() for name in ("all_reduce", "plain mean"))
    assert gap < 1e-4, f"all_reduce is {gap:.2f} away from the whole batch"
    assert plain > 0.5, f"the plain mean is {plain:.2f} away from the whole batch"


def draw(submission, reference):
    """A row for each side: errors against the size of the micro-batches, and the workers' gradients and their means."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for way, off in told["off"].items():
            row[0].plot(SIZES, [100 * value for value in off], "o-", ms=4, label=way)
        row[0].set(title=f"{name}: ten padded sequences", xlabel="sequences in a micro-batch", ylabel="gradient off, %")
        row[0].legend(fontsize=8)
        looks = {"all_reduce": ("tab:green", "-"), "plain mean": ("tab:red", "-"), "whole batch": ("tab:orange", "--")}
        for arrow, (right, up) in told["arrows"].items():
            color, style = looks.get(arrow, ("tab:blue", ":"))
            row[1].plot([0, right], [0, up], style, marker="o", ms=4, lw=2, color=color, label=arrow)
            if arrow not in looks:
                row[1].annotate(arrow.partition(", ")[2].partition(" ")[0], (right, up), fontsize=8)
        row[1].set(title="gradients of three workers", xlabel="weight 1", ylabel="weight 2")
        row[1].legend(fontsize=8)
    return figure
