"""ex38's picture: the gradient's norm in each of 51 linear layers, for four networks, on a logarithmic axis."""

import torch
from torch import nn

KINDS = {"plain": (False, False), "norm only": (False, True), "skip only": (True, False), "skip and norm": (True, True)}


def scene(module):
    """Per network the norms that the learner's gradient_norms tells, and what diagnose makes of them."""
    torch.manual_seed(38)
    x, y = torch.randn(64, 32), torch.randn(64, 1)
    told = {}
    for name, (skip, norm) in KINDS.items():
        torch.manual_seed(0)
        net = module.deep_net(50, 32, nn.ReLU, skip, norm)
        norms = [float(one) for one in module.gradient_norms(net, nn.functional.mse_loss(net(x), y))]
        told[name] = (norms, str(module.diagnose(norms)))
    return told


def claim(reference):
    """51 norms for each network; the plain one vanishes, norm or skip alone explode, and both together are healthy."""
    for name, (norms, _) in reference.items():
        assert len(norms) == 51, f"{name}: {len(norms)} norms of 51 linear layers"
    said = {name: diagnosis for name, (_, diagnosis) in reference.items()}
    wanted = ("vanishing", "exploding", "exploding", "healthy")
    assert said == dict(zip(KINDS, wanted, strict=True)), f"the diagnoses are {said}"
    first, last = reference["skip and norm"][0][0], reference["skip and norm"][0][-1]
    assert 0.05 < first / last < 20, f"skip and norm: {first:.1e} in the first layer, {last:.1e} in the last"


def draw(submission, reference):
    """One panel for each side."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(5.6 * len(sides), 4), layout="constrained")
    for panel, (side, told) in zip(figure.subplots(1, len(sides), squeeze=False)[0], sides, strict=True):
        for name, (norms, diagnosis) in told.items():
            panel.semilogy(range(1, len(norms) + 1), norms, label=f"{name}: {diagnosis}")
        panel.axhline(1e3, color="tab:gray", ls="--", lw=0.8)
        panel.set(title=f"{side}: it takes skip and norm", xlabel="linear layer (the last is the head)")
        panel.set(ylabel="norm of its weight's gradient", ylim=(1e-24, 1e14))
        panel.legend(fontsize=8, loc="lower right")
    return figure
