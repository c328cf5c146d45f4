"""ex48's picture: two hundred noisy descents in a bowl, their last weights and two means of them."""

import torch
from torch import nn

RUNS, STEPS, RATE, HALF = 200, 400, 0.1, 200


class Bowl(nn.Module):
    """A point with two coordinates for each run."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.full((RUNS, 2), 5.0))


def scene(module):
    """The path of one run, the means on its way, and the mean of w² over all runs after each step."""
    noise, model = torch.Generator().manual_seed(48), Bowl()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    means = {"plain mean of the second half": module.WeightAverage(), "EMA, decay 0.98": module.WeightAverage(0.98)}
    paths, squares = {}, {}

    def note(name):
        paths.setdefault(name, []).append(model.w[0].tolist())
        squares.setdefault(name, []).append(model.w.detach().square().mean().item())

    for step in range(STEPS):
        model.w.grad = model.w.detach() + torch.randn(RUNS, 2, generator=noise)
        optimizer.step()
        note("last weights")
        for name, mean in means.items():
            if step >= HALF or name.startswith("EMA"):
                mean.update(model)
                with mean.swapped(model):
                    note(name)
    return {"paths": paths, "squares": squares}


def claim(reference):
    """The last weights stay where theory says, at lr / (2 - lr), and both means are at least four times closer."""
    ends = {name: sum(squares[-20:]) / 20 for name, squares in reference["squares"].items()}
    last, theory = ends.pop("last weights"), RATE / (2 - RATE)
    assert abs(last - theory) < 0.1 * theory, f"the last weights' square is {last:.4f}, not {theory:.4f}"
    assert len(ends) == 2, f"{len(ends)} means"
    for name, end in ends.items():
        assert 4 * end < last, f"{name}: {end:.4f}, the last weights {last:.4f}"


def draw(submission, reference):
    """A row for each side: a run seen from above, and how far from the minimum all of them are."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for (which, path), color in zip(told["paths"].items(), ("tab:gray", "tab:green", "tab:orange"), strict=False):
            late = path[-150:]
            row[0].plot(*zip(*late, strict=True), "-" if which == "last weights" else ".-", lw=0.8, ms=3, color=color)
            squares = told["squares"][which]
            told_end = f"{which}: {sum(squares[-20:]) / 20:.4f}"
            row[1].semilogy(range(STEPS - len(squares), STEPS), squares, color=color, label=told_end)
        row[0].plot(0, 0, "+", color="tab:red", ms=12)
        row[0].set(title=f"{name}: the last 150 steps of one run", aspect="equal", xlim=(-1, 1), ylim=(-1, 1))
        row[1].set(title="the mean lies closer to the minimum", xlabel="step", ylabel="mean of w²")
        row[1].legend(fontsize=8)
    return figure
