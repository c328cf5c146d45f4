"""ex18's picture: the parameters of a small network as a tree, colored by what weight decay does to them."""

from torch import nn

COLORS = {"decays": "tab:orange", "does not decay": "tab:blue", "in two groups": "tab:red", "in no group": "tab:gray"}


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 16, 3))
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 10)


def scene(module):
    model = Classifier()
    groups = module.param_groups(model, 0.01)
    given = [(id(p), group.get("weight_decay")) for group in groups for p in group["params"]]
    rows = []
    for path, layer in model.named_modules():
        rows.append((path, type(layer).__name__, None, []))
        for name, parameter in layer.named_parameters(recurse=False):
            decays = [decay for key, decay in given if key == id(parameter)]
            rows.append((f"{path}.{name}" if path else name, "", list(parameter.shape), decays))
    return rows


def claim(reference):
    """Each parameter is in one group, and those that decay are the weights of the three layers that multiply."""
    states = {path: state(decays) for path, _, shape, decays in reference if shape is not None}
    decaying = [path for path, kind in states.items() if kind == "decays"]
    assert decaying == ["features.0.weight", "features.3.weight", "head.weight"], f"these decay: {decaying}"
    rest = [path for path, kind in states.items() if kind == "does not decay"]
    assert len(rest) == 7, f"{len(rest)} parameters do not decay, not 7"


def draw(submission, reference):
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    seen = [(name, rows) for name, rows in (("yours", submission), ("reference", reference)) if rows is not None]
    figure = Figure(figsize=(5 * len(seen), 5), layout="constrained")
    for axes, (title, rows) in zip(figure.subplots(1, len(seen), squeeze=False)[0], seen, strict=True):
        axes.set_title(title)
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(len(rows), -0.5)
        for line, (path, kind, shape, decays) in enumerate(rows):
            depth, name = path.count(".") + bool(path), path.rpartition(".")[2]
            if shape is None:
                axes.text(0.08 * depth, line, f"{name}: {kind}" if name else kind, va="center", fontsize=9)
                continue
            box = {"boxstyle": "round", "facecolor": COLORS[state(decays)], "edgecolor": "none", "alpha": 0.6}
            text = f"{name} {'×'.join(map(str, shape))}"
            axes.text(0.08 * depth + 0.02, line, text, va="center", fontsize=9, bbox=box)
    patches = [Patch(facecolor=color, alpha=0.6, label=label) for label, color in COLORS.items()]
    figure.legend(handles=patches, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def state(decays):
    """The name of a color of COLORS, from the decay of each group that holds the parameter."""
    if len(decays) != 1:
        return "in two groups" if decays else "in no group"
    return "decays" if decays[0] else "does not decay"
