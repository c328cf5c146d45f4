"""ex34's picture: what a penalty and decay leave of the first step, and of the weights in a run."""

import numpy as np
import torch
from torch.nn import functional

LR, LAM, STEPS = 0.02, 2.0, 150
KINDS = {
    "SGD, penalty": "tab:blue",
    "SGD, decay": "tab:cyan",
    "Adam, penalty": "tab:orange",
    "Adam, decay": "tab:green",
}


def data():
    """200 samples of two classes with 8 features."""
    source = torch.Generator().manual_seed(34)
    x = torch.randn(200, 8, generator=source)
    return x, (x[:, 0] + x[:, 1] + torch.randn(200, generator=source) > 0).float()


def scene(module):
    """How far λ alone moves a weight of 1 in the first step, per size of the gradient; and the norms in four runs."""
    sizes = torch.logspace(-2, 4, 61)
    ones = torch.ones_like(sizes)
    steps = {name: module.adam_first_step if "Adam" in name else module.sgd_step_penalty for name in KINDS}
    steps["SGD, decay"] = module.sgd_step_decay
    extra = {}
    for name, step in steps.items():
        mode = ("decay" in name,) if "Adam" in name else ()
        moved = step(ones, -sizes, LR, 0.0, *mode) - step(ones, -sizes, LR, LAM, *mode)
        extra[name] = [abs(value) for value in moved.tolist()]
    return {"sizes": sizes.tolist(), "extra": extra, "norms": {name: run(module, name) for name in KINDS}}


def run(module, name):
    """The weights' norm before and after each step of logistic regression; the loss is a sum, its gradients large."""
    x, y = data()
    w = torch.nn.Parameter(torch.full((8,), 2.0))
    decay = LAM if name == "Adam, decay" else 0.0
    optimizer = torch.optim.AdamW([w], lr=LR, weight_decay=decay)
    norms = [w.detach().norm().item()]
    for _ in range(STEPS):
        loss = functional.binary_cross_entropy_with_logits(x @ w, y, reduction="sum")
        if name == "Adam, penalty":
            loss = loss + module.l2_penalty([w], LAM)
        optimizer.zero_grad()
        loss.backward()
        if "Adam" in name:
            optimizer.step()
        else:
            step = module.sgd_step_penalty if name == "SGD, penalty" else module.sgd_step_decay
            with torch.no_grad():
                w.copy_(step(w.detach(), w.grad, LR, LAM))
        norms.append(w.detach().norm().item())
    return norms


def claim(reference):
    """A large gradient hides Adam's penalty and nothing else: the other three move a weight by its full share."""
    for name, moved in reference["extra"].items():
        full = 0.0 if name == "Adam, penalty" else LR * LAM
        assert abs(moved[-1] - full) < 1e-4, f"{name}: λ moves the weight by {moved[-1]:.3f}, not by {full:g}"
    penalty, decay = (np.array(reference["norms"][f"SGD, {kind}"]) for kind in ("penalty", "decay"))
    assert np.allclose(penalty, decay, rtol=1e-4), "SGD: penalty and decay take different ways"
    held, shrunk = (reference["norms"][f"Adam, {kind}"][60] for kind in ("penalty", "decay"))
    assert held > 3 * shrunk, f"Adam: after 60 steps {held:.2f} is left with the penalty, {shrunk:.2f} with decay"


def draw(submission, reference):
    """A row for each side: what λ does to one step, and to a run."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(10, 3.8 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for kind, color in KINDS.items():
            style = "--" if kind == "SGD, decay" else "-"
            row[0].semilogx(told["sizes"], told["extra"][kind], style, color=color, label=kind)
            row[1].plot(told["norms"][kind], style, color=color, label=kind)
        row[0].set(title=f"{name}: how far λ moves a weight of 1", xlabel="size of the gradient", ylabel="way due to λ")
        row[1].set(title="a large gradient hides Adam's penalty", xlabel="step", ylabel="norm of the weights", ylim=0)
        row[0].legend(fontsize=8)
        row[1].legend(fontsize=8)
    return figure
