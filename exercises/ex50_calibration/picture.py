"""ex50's picture: a reliability diagram before and after the temperature, on samples that it was not fitted on."""

import torch

BINS = 10


def scene(module):
    """Logits three times too large: the temperature of 3000 samples, and what 3000 others look like with it."""
    generator = torch.Generator().manual_seed(50)

    def some():
        z = 2 * torch.randn(3000, 5, generator=generator, dtype=torch.float64)
        return 3 * z, torch.multinomial(z.softmax(1), 1, generator=generator)[:, 0]

    validation, test = some(), some()
    temperature = float(module.fit_temperature(*validation))
    told = []
    for name, t in (("T = 1", 1.0), (f"T = {temperature:.2f}", temperature)):
        logits, targets = test
        probs = (logits / t).softmax(1)
        told.append((name, bars(probs, targets), float(module.ece(probs, targets, BINS))))
    return told


def bars(probs, targets):
    """(mean confidence, accuracy, share) of each bin that is not empty."""
    confidence, guess = probs.max(1)
    place = (confidence * BINS).ceil().clamp(1, BINS)
    groups = [place == k + 1 for k in range(BINS)]
    return [
        (confidence[g].mean().item(), (guess == targets)[g].double().mean().item(), g.double().mean().item())
        for g in groups
        if g.any()
    ]


def claim(reference):
    """Far too sure before, hardly off after; the temperature is found on other samples than these."""
    (_, _, before), (_, _, after) = reference
    assert before > 0.15, f"the calibration error is {before:.3f} before the repair"
    assert after < 0.03, f"the calibration error is {after:.3f} after the repair"


def draw(submission, reference):
    """A row for each side; on the diagonal a network is right as often as it is sure."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(8, 4 * len(sides)), layout="constrained")
    for row, (side, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for panel, (name, groups, error) in zip(row, told, strict=True):
            confidence, accuracy, share = zip(*groups, strict=True)
            panel.plot([0, 1], [0, 1], "--", color="gray", label="calibrated")
            panel.vlines(confidence, accuracy, confidence, color="tab:red", label="gap")
            sizes = [20 + 600 * s for s in share]
            panel.scatter(confidence, accuracy, s=sizes, alpha=0.7, label="bin, size by its share")
            panel.set(
                title=f"{side}, {name}: ECE {error:.3f}", xlabel="mean confidence", ylabel="share of right guesses"
            )
            panel.set(xlim=(0, 1.08), ylim=(0, 1.08))
            panel.legend(fontsize=8, loc="upper left", markerscale=0.4)
    return figure
