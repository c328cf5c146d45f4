"""ex02's picture: who looks at whom. One sample after the other is replaced; whose answers move, and how far?"""

import torch

SETTINGS = (("none", "train()"), ("layer", "train()"), ("batch", "train()"), ("batch", "eval()"))


def scene(module):
    """Per setting a matrix (8,8): how far the logits of each sample (column) move when one (row) is replaced."""
    x, others = torch.randn(8, 12), torch.randn(8, 12)
    seen = {}
    for norm, mode in SETTINGS:
        model = module.NormMLP(12, 32, 4, norm)
        model(x)
        model.train(mode == "train()")
        before = model(x)
        moves = []
        for i in range(8):
            changed = x.clone()
            changed[i] = others[i]
            moves.append((model(changed) - before).norm(dim=1))
        seen[f'"{norm}", {mode}'] = torch.stack(moves)
    return seen


def apart(moves):
    """Mean move of a sample that was replaced, and of one that was not."""
    own = moves.diagonal().mean()
    return own, (moves.sum() - moves.trace()) / 56


def claim(reference):
    """Batch norm in train() lets a replaced sample move the others' answers; no norm, layer norm and eval() do not."""
    for setting, moves in reference.items():
        own, other = apart(moves)
        assert own > 0.05, f"{setting}: the replaced samples' own answers hardly move"
        if setting == '"batch", train()':
            assert other > 0.05 * own, f"{setting}: the others' answers hardly move"
        else:
            assert other < 1e-3 * own, f"{setting}: the others' answers move"


def draw(submission, reference):
    """A row of four matrices per side, each in units of its mean diagonal; the titles tell what lies beside it."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(13, 3.7 * len(sides)), layout="constrained")
    rows = figure.subplots(len(sides), 4, squeeze=False)
    for (side, seen), axes in zip(sides, rows, strict=True):
        for ax, (setting, moves) in zip(axes, seen.items(), strict=True):
            own, other = apart(moves)
            unit = own if own > 0 else 1
            shown = ax.imshow(moves / unit, cmap="magma", vmin=0, vmax=1.2)
            ax.set_title(f"{side}: {setting}\nthe others move {other / unit:.0%} as far")
            ax.set(xlabel="answer to sample", xticks=range(8), yticks=range(8))
        axes[0].set_ylabel("replaced sample")
        figure.colorbar(shown, ax=list(axes), label="move of the logits")
    figure.suptitle("Only batch norm in train() lets the samples of a batch look at each other")
    return figure
