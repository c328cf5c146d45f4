"""ex51's picture: the loss of seven steps on one batch, and which of the five checks finds each of them."""

import math

import torch
from torch import nn
from torch.nn import functional as F

CLASSES, STEPS = 5, 150
CHECKS = ("initial", "no_leak", "all_move", "own_grad", "overfits")
FAILS = {
    "none": set(),
    "softmax before the loss": {"overfits"},
    "no zero_grad": {"own_grad"},
    "labels reshuffled": {"overfits"},
    "another model": {"all_move", "overfits"},
    "loss with graph": {"no_leak"},
    "minus sign": {"overfits"},
}  # the checks that each bug must fail
BUGS = tuple(FAILS)


def network():
    return nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, CLASSES))


def batch():
    noise = torch.Generator().manual_seed(51)
    return torch.randn(16, 16, generator=noise), torch.arange(16) % CLASSES


def step_with(bug):
    """A step of Adam on cross entropy with one bug."""
    optimizers = []

    def step(model, x, y):
        if not optimizers:
            held = network() if bug == "another model" else model
            optimizers.append(torch.optim.Adam(held.parameters(), lr=0.01))
        if bug != "no zero_grad":
            model.zero_grad()
        y = y[torch.randperm(len(y))] if bug == "labels reshuffled" else y
        scores = model(x)
        loss = F.cross_entropy(scores.softmax(1) if bug == "softmax before the loss" else scores, y)
        loss = -loss if bug == "minus sign" else loss
        loss.backward()
        optimizers[0].step()
        return loss if bug == "loss with graph" else loss.item()

    return step


def scene(module):
    """The losses and the verdicts of each planted step, and the history of the repaired loop on the same batch."""
    told = {"curves": {}, "verdicts": {}}
    for bug in BUGS:
        torch.manual_seed(0)
        model, step = network(), step_with(bug)
        losses = [step(model, *batch()) for _ in range(STEPS)]
        told["curves"][bug] = [torch.as_tensor(loss).item() for loss in losses]
        verdicts = module.checklist(network, lambda bug=bug: step_with(bug), *batch(), CLASSES)
        told["verdicts"][bug] = [bool(verdicts[name]) for name in CHECKS]
    torch.manual_seed(0)
    history = module.train(network(), *batch(), epochs=STEPS, lr=0.3, batch_size=16)
    told["train"] = [float(loss) for loss in history]
    return told


def claim(reference):
    """Each bug fails its own checks and no other, and the curves end where the text says."""
    failed = {
        bug: {name for name, good in zip(CHECKS, verdicts, strict=True) if not good}
        for bug, verdicts in reference["verdicts"].items()
    }
    for bug, checks in FAILS.items():
        assert failed[bug] == checks, f"{bug}: fails {failed[bug] or 'no check'}, not {checks or 'none'}"
    ends = {bug: curve[-1] for bug, curve in reference["curves"].items()} | {"train": reference["train"][-1]}
    for name in ("none", "no zero_grad", "train"):
        assert ends[name] < 0.05, f"{name}: the loss ends at {ends[name]:.3f}"
    floor, soft = math.log(1 + (CLASSES - 1) / math.e), ends["softmax before the loss"]
    assert floor < soft < 1.2, f"softmax before the loss: it ends at {soft:.3f}, the floor is {floor:.3f}"
    assert ends["minus sign"] < -10, f"minus sign: the loss ends at {ends['minus sign']:.3f}"


def draw(submission, reference):
    """A row for each side: losses per step with ln K and the floor of softmax, and a table of the verdicts."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(12, 4.5 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for bug, curve in told["curves"].items():
            if bug != "loss with graph":  # the same as without a bug
                row[0].plot(curve, lw=1.2, label="no bug" if bug == "none" else bug)
        row[0].plot(told["train"], color="tab:gray", ls="-.", lw=1.5, label="your train, SGD")
        row[0].axhline(math.log(CLASSES), color="tab:gray", ls=":", lw=1)
        row[0].axhline(math.log(1 + (CLASSES - 1) / math.e), color="tab:gray", ls="--", lw=1)
        row[0].text(STEPS, math.log(CLASSES), " ln 5", va="center", fontsize=8)
        row[0].text(STEPS, math.log(1 + (CLASSES - 1) / math.e), " 0.905", va="center", fontsize=8)
        row[0].set(
            title=f"{name}: 16 samples, step by step",
            xlabel="step",
            ylabel="loss",
            ylim=(-0.5, 3),
            xlim=(-5, STEPS + 25),
        )
        row[0].legend(fontsize=7, loc="upper right")
        table = [told["verdicts"][bug] for bug in BUGS]
        row[1].imshow(
            [[0.85 if good else 0.15 for good in line] for line in table], cmap="RdYlGn", vmin=0, vmax=1, aspect="auto"
        )
        for i, line in enumerate(table):
            for j, good in enumerate(line):
                row[1].text(j, i, "passes" if good else "fails", ha="center", va="center", fontsize=8, color="#222222")
        row[1].set_xticks(range(len(CHECKS)), CHECKS)
        row[1].set_yticks(range(len(BUGS)), ["no bug", *BUGS[1:]])
        row[1].set_title(f"{name}: what the checks say")
    return figure
