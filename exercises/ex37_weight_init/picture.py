"""ex37's picture: the size of the signal after each of 20 ReLU layers, on a logarithmic axis."""

import torch

WIDTH = 256


def scene(module):
    """Per initialization the rms after each layer, as the learner's signal_rms tells it."""

    def normal(std):
        return lambda fan_in, fan_out: std * torch.randn(fan_out, fan_in)

    torch.manual_seed(37)
    inits = {
        "std 1": normal(1.0),
        "he_normal": module.he_normal,
        "xavier_uniform": module.xavier_uniform,
        "std .01": normal(0.01),
    }
    return {name: [float(size) for size in module.signal_rms(init, 20, WIDTH, 256)] for name, init in inits.items()}


def claim(reference):
    """He alone keeps the signal through twenty layers."""
    kept = [name for name, sizes in reference.items() if 0.3 < sizes[-1] < 3]
    assert kept == ["he_normal"], f"the signal survives with {' and '.join(kept) or 'none'}"
    for name, low, high in (("std .01", 0, 1e-12), ("std 1", 1e12, float("inf")), ("xavier_uniform", 1e-5, 0.1)):
        end = reference[name][-1]
        assert low <= end <= high, f"with {name} the signal ends at {end:.1e}"


def draw(submission, reference):
    """One panel for each side; what float32 cannot square any more is left out."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(5.2 * len(sides), 4), layout="constrained")
    for panel, (side, told) in zip(figure.subplots(1, len(sides), squeeze=False)[0], sides, strict=True):
        for name, sizes in told.items():
            panel.semilogy(
                range(1, len(sizes) + 1), sizes, "o-", markersize=3, label=f"{name}: ends at {sizes[-1]:.2g}"
            )
        panel.axhspan(0.3, 3, color="tab:green", alpha=0.15)
        panel.set(title=f"{side}: only He keeps the signal", xlabel="layer", ylabel="rms after the ReLU")
        panel.set(xticks=range(0, 21, 5), ylim=(1e-22, 1e30))
        panel.legend(fontsize=8, loc="upper left")
    return figure
