"""ex31's picture: what the network answers over the plane while it learns XOR, and the best linear model beside it."""

import torch

STEPS = (0, 50, 100, 300)
SIDE = 25


def scene(module):
    """The learner's network on a grid after some steps, with its loss; and the best linear model."""
    X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    Y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    axis = torch.linspace(-0.5, 1.5, SIDE)
    grid = torch.cartesian_prod(axis, axis)
    net, told, done = module.ScratchMLP(2, 8, 1, "tanh", seed=0), [], 0
    for steps in STEPS:
        for _ in range(steps - done):
            net.step(X, Y, 0.1)
        done = steps
        told.append((f"after {steps} steps", net.forward(grid).reshape(SIDE, SIDE).tolist(), float(net.loss(X, Y))))
    ones = torch.ones(4, 1)
    line = torch.linalg.lstsq(torch.cat([X, ones], 1), Y).solution
    flat = torch.cat([grid, torch.ones(len(grid), 1)], 1) @ line
    error = (torch.cat([X, ones], 1) @ line - Y).square().mean().item()
    return [*told, ("best linear model", flat.reshape(SIDE, SIDE).tolist(), error)]


def claim(reference):
    """The network's loss falls from panel to panel to nearly nothing; a linear model stays at a quarter."""
    *losses, linear = (loss for _, _, loss in reference)
    assert losses == sorted(set(losses), reverse=True), f"losses of {losses} do not fall"
    assert losses[-1] < 0.01, f"after {STEPS[-1]} steps the loss is {losses[-1]:.3f}"
    assert abs(linear - 0.25) < 1e-5, f"the best linear model has a loss of {linear:.3f}"


def draw(submission, reference):
    """A row for each side: the plane in colors, and the four points."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(13, 3 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), len(STEPS) + 1, squeeze=False), sides, strict=True):
        for panel, (what, plane, loss) in zip(row, told, strict=True):
            columns = list(zip(*plane, strict=True))  # the first input goes to the right
            panel.imshow(columns, origin="lower", extent=(-0.5, 1.5, -0.5, 1.5), vmin=0, vmax=1, cmap="coolwarm")
            for x, y, label in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)):
                panel.plot(x, y, "o" if label else "X", color="black", markersize=7)
            panel.set(title=f"{what}: {loss:.4f}", xticks=(0, 1), yticks=(0, 1))
        row[0].set_ylabel(name)
    return figure
