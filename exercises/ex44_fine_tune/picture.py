"""ex44's picture: what rests and what moves in a tuned model, and what three labels per class are worth."""

import torch
from torch import nn

PARTS = ("linear weight", "linear bias", "norm gain", "norm shift", "running mean", "running variance")


def body_of():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU())


def trained(model, x, y, steps, size):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model.train()
    for _ in range(steps):
        batch = torch.randint(len(x), (size,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
    return model.eval()


def task():
    """Many images of ten patterns with known labels, three of each under new labels, and others to judge by."""
    torch.manual_seed(44)
    patterns = 0.5 + 0.15 * torch.randn(10, 8, 8)

    shades = torch.randn(6, 64)

    def some(count):
        labels = torch.arange(10).repeat_interleave(count)
        common = 0.3 * torch.randn(len(labels), 6) @ shades  # what differs within a class, and does not matter
        return patterns[labels] + common.reshape(-1, 8, 8) + 0.15 * torch.randn(len(labels), 8, 8), labels

    return some(60), some(3), some(60)


def scene(module):
    """How far the parts of the body move, and shares of right answers: frozen body, from scratch, random body."""
    (x, y), (few, labels), (others, truth) = task()
    body = trained(nn.Sequential(body_of(), nn.Linear(64, 10)), x, y, 200, 64)[0]
    labels, truth = (labels + 3) % 10, (truth + 3) % 10

    def share(model):
        with torch.no_grad():
            return (model(others).argmax(1) == truth).float().mean().item()

    before = [one.clone() for name, one in body.state_dict().items() if not name.endswith("tracked")]
    tuned = module.fine_tune(body, 64, 10, few, labels)
    model = nn.Sequential(module.FrozenBody(body), nn.Linear(64, 10)).train()
    model(few)
    after = [one for name, one in body.state_dict().items() if not name.endswith("tracked")]
    return {
        "moved": [(a - b).abs().mean().item() for a, b in zip(before, after, strict=True)],
        "frozen body": share(tuned),
        "from scratch": share(trained(nn.Sequential(body_of(), nn.Linear(64, 10)), few, labels, 100, 30)),
        "random body": share(module.fine_tune(body_of(), 64, 10, few, labels)),
    }


def claim(reference):
    """Nothing of the frozen body moves, and it beats both a network from scratch and a random body."""
    moved = [name for name, far in zip(PARTS, reference["moved"], strict=True) if far != 0]
    assert not moved, f"the body's {' and '.join(moved)} moved"
    share = reference["frozen body"]
    for other in ("from scratch", "random body"):
        assert share > reference[other] + 0.04, f"frozen body: {share:.2f} right; {other}: {reference[other]:.2f}"


def draw(submission, reference):
    """A row for each side: how far each part of the body has moved, and three shares."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(10, 2.8 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        moved = told["moved"]
        colors = ["tab:green" if one == 0 else "tab:red" for one in moved]
        row[0].barh(PARTS, [max(one, 1e-4) for one in moved], color=colors)
        for place, one in enumerate(moved):
            row[0].text(max(one, 1e-4) * 1.2, place, "rests" if one == 0 else f"moved by {one:.2g}", va="center")
        row[0].set(title=f"{name}: the body after fine_tune and train()", xscale="log", xlim=(5e-5, 10))
        row[0].invert_yaxis()
        kinds = ["frozen body", "from scratch", "random body"]
        bars = row[1].bar(kinds, [told[kind] for kind in kinds], color=["tab:blue", "tab:gray", "tab:gray"])
        row[1].bar_label(bars, fmt="%.2f")
        row[1].set(title="three labels per class: share right", ylim=(0, 1.1))
    return figure
