"""ex30's picture: three bends, their slopes, where those are below 0.01, and what is left behind ten layers."""

import torch

KINDS = ("relu", "sigmoid", "tanh")
COLORS = {"relu": "tab:blue", "sigmoid": "tab:orange", "tanh": "tab:green"}


def scene(module):
    """Per kind values and slopes over z, the saturated share of a wide layer, and the mean slope to the tenth power."""
    z = torch.linspace(-8, 8, 321)
    layer = 4 * torch.randn(20000, generator=torch.Generator().manual_seed(30))
    told = {"z": z.tolist()}
    for kind in KINDS:
        slope = getattr(module, f"d_{kind}")
        told[kind] = {
            "values": getattr(module, kind)(z).tolist(),
            "slopes": slope(z).tolist(),
            "share": float(module.saturated_share(kind, layer)),
            "ten": slope(layer / 4).double().mean().item() ** 10,
        }
    return told


def claim(reference):
    """Sigmoid's slope is a quarter at most, ten layers of it leave nothing, and tanh saturates sooner."""
    sigmoid, tanh, relu = (reference[kind] for kind in ("sigmoid", "tanh", "relu"))
    steepest = max(sigmoid["slopes"])
    assert abs(steepest - 0.25) < 1e-6, f"sigmoid's largest slope is {steepest:.3f}"
    assert sigmoid["ten"] < 1e-6, f"ten layers of sigmoid leave {sigmoid['ten']:.1e}"
    assert relu["ten"] > 1e-4, f"ten layers of ReLU leave {relu['ten']:.1e}"
    assert sigmoid["share"] < tanh["share"], "sigmoid saturates sooner than tanh"


def draw(submission, reference):
    """A row for each side: values, and slopes with the saturated regions shaded."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 3.8 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        z = told["z"]
        for i, kind in enumerate(KINDS):
            seen, color = told[kind], COLORS[kind]
            row[0].plot(z, seen["values"], color=color, label=kind)
            label = f"{kind}: {100 * seen['share']:.0f} % saturated; ten layers leave {seen['ten']:.1e}"
            row[1].plot(z, seen["slopes"], color=color, label=label)
            low = [slope < 0.01 for slope in seen["slopes"]]
            row[1].fill_between(z, -0.04 - 0.05 * i, -0.08 - 0.05 * i, where=low, color=color, lw=0)
        row[0].set(title=f"{name}: values", xlabel="z", ylim=(-1.5, 3))
        row[1].set(title="slopes; bars: slope below 0.01", xlabel="z", ylim=(-0.22, 1.7))
        row[0].legend(fontsize=8, loc="upper left")
        row[1].legend(fontsize=8, loc="upper left")
    return figure
