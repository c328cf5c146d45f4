"""ex36's picture: four schedules, and where stochastic gradient descent ends with each of them."""

import torch

TOTAL, BASE = 300, 1.0


def scene(module):
    """Per schedule its rates, and the mean loss after each step of 400 noisy descents on ½w² that follow it."""
    schedules = {
        "constant": lambda step: BASE,
        "step_decay": lambda step: module.step_decay(step, BASE, 75, 0.3),
        "cosine": lambda step: module.cosine(step, BASE, TOTAL),
        "warmup_cosine": lambda step: module.warmup_cosine(step, BASE, 40, TOTAL, 0.02),
    }
    told = {}
    for name, schedule in schedules.items():
        noise = torch.Generator().manual_seed(36)
        weights = torch.nn.Parameter(torch.full((400,), 10.0))
        optimizer = torch.optim.SGD([weights], lr=0.0)
        rates, losses = [], []
        for step in range(TOTAL):
            rates.append(float(schedule(step)))
            module.set_lr(optimizer, rates[-1])
            weights.grad = weights.detach() + torch.randn(400, generator=noise)
            optimizer.step()
            losses.append(0.5 * weights.detach().square().mean().item())
        told[name] = rates, losses
    return told


def claim(reference):
    """Every falling schedule ends at least ten times as low as the constant rate."""
    ends = {name: sum(losses[-10:]) / 10 for name, (_, losses) in reference.items()}
    constant = ends.pop("constant")
    for name, end in ends.items():
        assert 10 * end < constant, f"{name} ends at {end:.3g}, the constant rate at {constant:.3g}"


def draw(submission, reference):
    """A row for each side: the rates, and the losses on a logarithmic axis."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(10, 3.8 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for schedule, (rates, losses) in told.items():
            row[0].plot(rates, label=schedule)
            row[1].semilogy(losses, label=f"{schedule}: ends at {sum(losses[-10:]) / 10:.3g}")
        row[0].set(title=f"{name}: rates", xlabel="step", ylabel="learning rate", ylim=(-0.03, 1.25 * BASE))
        row[1].set(title="noise keeps the constant rate high", xlabel="step", ylabel="mean of ½w²")
        row[0].legend(ncols=2, fontsize=8, loc="upper right")
        row[1].legend(fontsize=8, loc="upper right")
    return figure
