"""ex28's picture: a bowl, a ravine and a saddle, each with the path that gradient descent takes on it."""

import math

import torch

LANDS = {
    "bowl, rate 0.2": (lambda x, y: 0.5 * (x * x + 2 * y * y), lambda p: p * torch.tensor([1.0, 2.0]), 0.2),
    "ravine, rate 0.18": (lambda x, y: 0.5 * (x * x / 4 + 10 * y * y), lambda p: p * torch.tensor([0.25, 10.0]), 0.18),
    "saddle, rate 0.2": (
        lambda x, y: 0.5 * (x * x - y * y) + 0.1 * y**4,
        lambda p: torch.stack([p[0], -p[1] + 0.4 * p[1] ** 3]),
        0.2,
    ),
}
START, STEPS = (-2.5, 0.4), 25


def scene(module):
    """Per landscape the learner's own figure as pixels, and the path."""
    import numpy as np

    told = {}
    xs, ys = torch.linspace(-3, 3, 61), torch.linspace(-2.4, 2.4, 49)
    for name, (loss, grad, lr) in LANDS.items():
        path = module.descent_path(grad, torch.tensor(START), lr, STEPS)
        figure = module.plot_path(xs, ys, module.loss_grid(loss, xs, ys), path)
        figure.set_size_inches(4, 3.2)
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        told[name] = np.asarray(canvas.buffer_rgba())[:, :, :3].copy(), path, math.hypot(*path[-1].tolist())
    return told


def claim(reference):
    """From one start the bowl's path arrives, the ravine's is still on its way, and the saddle's leaves."""
    bowl, ravine, saddle = (end for _, _, end in reference.values())
    assert bowl < 0.05, f"the bowl's path ends {bowl:.2f} from the minimum"
    assert ravine > 0.5, f"the ravine's path ends {ravine:.2f} from the minimum"
    assert saddle > 1, f"the saddle's path ends {saddle:.2f} from where it is flat"
    for name, (pixels, _, _) in reference.items():
        dark = (pixels < 200).any(-1).mean()
        assert dark > 0.02, f"the figure of the {name.partition(',')[0]} is empty: {dark:.1%} of it is drawn"


def draw(submission, reference):
    """A row for each side: the three figures that plot_path made."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 3.4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 3, squeeze=False), sides, strict=True):
        for axes, (land, (pixels, _, end)) in zip(row, told.items(), strict=True):
            axes.imshow(pixels)
            axes.set_axis_off()
            axes.set_title(f"{name}: {land}; ends {end:.2f} from (0, 0)", fontsize=9)
    return figure
