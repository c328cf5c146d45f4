"""ex46's picture: the window of float16 on a network's gradients, and which scales bring a step through it."""

import torch
from torch import nn

POWERS = list(range(0, 45, 2))
FACTOR = 1e-6


class Fixed:
    """A scaler that never moves."""

    def __init__(self, scale):
        self.scale = scale

    def update(self, finite):
        pass


def network():
    torch.manual_seed(46)
    return nn.Sequential(nn.Linear(20, 64), nn.Tanh(), nn.Linear(64, 5))


def scene(module):
    """Gradients of a small loss in float32, and per scale the error of a float16 step, or that it is skipped."""
    plain, x = network(), torch.randn(64, 20)
    y = torch.randint(0, 5, (64,))

    def loss_fn(logits, targets):
        return nn.functional.cross_entropy(logits, targets) * FACTOR

    loss_fn(plain(x), y).backward()
    right = torch.cat([p.grad.flatten() for p in plain.parameters()])
    off, skipped = [], []
    for power in POWERS:
        model = network()
        before = nn.utils.parameters_to_vector(model.parameters()).detach().clone()
        optimizer = torch.optim.SGD(model.parameters(), lr=1 / FACTOR)
        told = module.amp_step(model, optimizer, x, y, loss_fn, Fixed(2.0**power), dtype=torch.float16)
        step = (before - nn.utils.parameters_to_vector(model.parameters()).detach()) * FACTOR
        off.append(((step - right).norm() / right.norm()).item())
        skipped.append(bool(told["skipped"]))
    sizes = right[right != 0].abs().log2()
    return {"sizes": sizes.tolist(), "off": off, "skipped": skipped}


def claim(reference):
    """Too small a scale loses the step, too large a one skips it, and between them lies a wide valley."""
    off, skipped = reference["off"], reference["skipped"]
    assert off[0] > 0.9, f"with the scale 1 the step is off by {off[0]:.1%} only"
    assert not skipped[0], "with the scale 1 the step is skipped"
    assert skipped[-1], f"with the scale 2^{POWERS[-1]} the step is not skipped"
    fine = [power for power, error in zip(POWERS, off, strict=True) if error < 0.005]
    assert len(fine) >= 5, f"{len(fine)} of {len(POWERS)} scales bring the step through"


def draw(submission, reference):
    """A row for each side: sizes of gradients against float16's window, and the error of a step for each scale."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        row[0].hist(told["sizes"], bins=40, color="tab:blue", label="gradients")
        row[0].axvspan(-24, 16, color="tab:green", alpha=0.15, label="float16 (subnormal below -14)")
        row[0].set(title="gradients of a small loss", xlabel="log2 of the size", ylabel="how many", xlim=(-45, 20))
        row[0].legend(fontsize=8)
        fine = [(p, e) for p, e, s in zip(POWERS, told["off"], told["skipped"], strict=True) if not s]
        row[1].semilogy(*zip(*fine, strict=True), "o-", label="error of the step")
        lost = [p for p, s in zip(POWERS, told["skipped"], strict=True) if s]
        row[1].plot(lost, [1.0] * len(lost), "x", color="tab:red", label="skipped")
        row[1].set(title=f"{name}: float16 needs the right scale", xlabel="log2 of the scale", ylabel="relative error")
        row[1].legend(fontsize=8)
    return figure
