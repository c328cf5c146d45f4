"""ex02's picture: the hidden features of one batch under both norms, and which numbers are averaged together."""

import torch
from torch import nn


def scene(module):
    """What enters the last Linear (12,16) under each norm, for twelve samples of which each is larger than the last."""
    x = torch.randn(12, 8) * torch.linspace(0.2, 3, 12).unsqueeze(1)
    seen = {}
    for norm in ("batch", "layer"):
        model = module.NormMLP(8, 16, 4, norm)
        last = next(m for m in model.modules() if isinstance(m, nn.Linear) and m.in_features == 16)
        last.register_forward_pre_hook(lambda layer, inputs, norm=norm: seen.update({norm: inputs[0].clone()}))
        model(x)
    return seen


def draw(submission, reference):
    """Two heat maps per side, samples down and features across; a frame shows what one mean and one variance see."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    rows = figure.subplots(len(sides), 2, squeeze=False)
    for (side, seen), axes in zip(sides, rows, strict=True):
        for ax, (norm, hidden) in zip(axes, seen.items(), strict=True):
            shown = ax.imshow(hidden, cmap="viridis", vmin=0, vmax=3)
            corner, size, whole = ((4.5, -0.5), (1, 12), "column") if norm == "batch" else ((-0.5, 4.5), (16, 1), "row")
            ax.add_patch(Rectangle(corner, *size, facecolor="white", alpha=0.35, edgecolor="red", linewidth=2))
            ax.set(title=f'{side}, "{norm}": one mean per {whole}', xlabel="hidden feature", ylabel="sample (growing)")
        figure.colorbar(shown, ax=list(axes), label="after norm and ReLU")
    return figure
