"""ex43's picture: how a budget is split and how long it takes, and which memory grows with the batch."""

import numpy as np

BUDGETS = [10.0**power for power in range(18, 27)]
BATCHES = [1, 2, 4, 8, 16, 32]


def scene(module):
    """Per budget parameters, tokens and days; per batch size the bytes of a small transformer, by what needs them."""
    split = [module.compute_optimal(budget) for budget in BUDGETS]
    days = [module.training_days(budget, 1000, 312e12, 0.4) for budget in BUDGETS]
    params = module.transformer_params(12, 768, 50257, 1024)
    return {
        "params": [float(n) for n, _ in split],
        "tokens": [float(d) for _, d in split],
        "days": [float(one) for one in days],
        "adam": {kind: float(module.adam_memory_bytes(params, kind)) for kind in ("float32", "mixed", "bfloat16")},
        "activations": [float(module.transformer_activation_bytes(12, 768, 12, 1024, batch)) for batch in BATCHES],
    }


def claim(reference):
    """From a batch of two on, activations need more than Adam; a hundred times the budget is ten times the model."""
    adam, (one, two, *_) = reference["adam"], reference["activations"]
    assert adam["float32"] == adam["mixed"], "mixed precision saves Adam's memory"
    assert one < adam["float32"] < two, f"activations of one and of two texts: {one:.1e}, {two:.1e} bytes"
    for what in ("params", "tokens"):
        ratio = reference[what][2] / reference[what][0]
        assert abs(ratio - 10) < 1e-5, f"a hundred times the budget is {ratio:.2f} times the {what}"
    assert reference["days"] == sorted(reference["days"]), "a larger budget takes fewer days"


def draw(submission, reference):
    """A row for each side: the split of the budget, and the two kinds of memory."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        row[0].loglog(BUDGETS, told["tokens"], marker=".", label="tokens")
        row[0].loglog(BUDGETS, told["params"], marker=".", label="parameters")
        row[0].loglog(BUDGETS, told["days"], marker=".", label="days on 1000 devices")
        row[0].axhline(1, color="tab:gray", lw=0.6)
        row[0].set(title=f"{name}: what a budget buys", xlabel="operations")
        row[0].legend(fontsize=8)
        row[1].loglog(BATCHES, np.array(told["activations"]) / 1e9, "o-", label="activations")
        for (kind, size), style in zip(told["adam"].items(), ("-", ":", "--"), strict=True):
            row[1].axhline(size / 1e9, color="tab:orange", ls=style, label=f"weights and Adam, {kind}")
        row[1].set(title="GPT-2 small, context 1024", xlabel="batch", ylabel="GB")
        row[1].set_xticks(BATCHES, [str(batch) for batch in BATCHES])
        row[1].legend(fontsize=8)
    return figure
