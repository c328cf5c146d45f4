"""ex51: the first loss, the five checks on planted steps, shuffled labels, and what is refused."""

import numpy as np
import torch
from planted import FAILS, GOOD, batch, fresh, judged, scripted, started, verdict
from torch import nn

from grader.suite import close, exactly, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


class Twofold(nn.Module):
    """Gives twice as much in train mode."""

    def forward(self, x):
        return 2 * x if self.training else x


def first_loss(module, weights, x, y, resting):
    """The first loss of a network with batch norm, dropout and modes of its own, and what it left behind.

    >>> initial_loss(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(4)), x, y)  # another network
    """
    graphs = []
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), Twofold(), nn.Linear(8, 4))
    for p, values in zip(model.parameters(), weights, strict=True):
        p.data.copy_(values)
    model.train(not resting)
    model[2].eval()
    model[4].train()
    model.register_forward_hook(lambda _model, _inputs, scores: graphs.append(scores.requires_grad))
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    before = left(model)
    loss = module.initial_loss(model, x, y)
    plain = isinstance(loss, float) and not isinstance(loss, torch.Tensor)
    return {"loss": float(loss), "plain": plain, "graphs": graphs}, before, left(model)


def left(model):
    """What a model holds: its modes, numbers and gradients."""
    return {
        "modes": [part.training for part in model.modules()],
        "parameters and buffers": [value.clone() for value in model.state_dict().values()],
        "gradients": [None if p.grad is None else p.grad.clone() for p in model.parameters()],
    }


class Nearest(nn.Module):
    """Names the class whose mean is nearest; in train mode it names the farthest."""

    def __init__(self, x, y, classes):
        super().__init__()
        self.means = torch.stack([x[y == k].mean(0) for k in range(classes)])

    def forward(self, x):
        scores = -torch.cdist(x.flatten(1), self.means)
        return -scores if self.training else scores


def shuffled(module, x, y, x_val, y_val, classes):
    """The two accuracies, what `fit` was given, and whether the arguments are as before.

    >>> shuffled_labels(lambda x, y: torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(x[0].numel(), classes)),
    ... x, y, x_val, y_val)  # another fit
    """
    given, mine = [], [part.clone() for part in (x, y, x_val, y_val)]

    def fit(inputs, labels):
        given.append((inputs.clone(), labels.clone()))
        return Nearest(inputs.flatten(1), labels, classes)

    pair = module.shuffled_labels(fit, *mine)
    return [float(part) for part in pair], given, mine


def of_nothing(module, function, n, classes, steps, n_val):
    """Calls one function with n samples."""
    x, y = torch.ones(n, 3), torch.zeros(n, dtype=torch.int64)
    x_val, y_val = torch.ones(n_val, 3), torch.zeros(n_val, dtype=torch.int64)
    model = nn.Linear(3, 2)

    def step(model, x, y):
        return 1.0

    if function == "initial_loss":
        module.initial_loss(model, x, y)
    elif function == "checklist":
        module.checklist(lambda: nn.Linear(3, 2), lambda: step, x, y, classes, steps)
    elif function == "shuffled_labels":
        module.shuffled_labels(lambda x, y: model, x, y, x_val, y_val)
    else:
        module.train(model, x, y, epochs=1, lr=0.1, batch_size=2)


# ---- the examiner's side


def cross_entropy(scores, y):
    scores = scores - scores.max(1, keepdims=True)
    return float((np.log(np.exp(scores).sum(1)) - scores[np.arange(len(y)), y]).mean())


@points(2, hint="Note the mode of every module, `model.eval()`, measure under `torch.no_grad()`, set the modes back.")
def test_initial_loss(observe, draw):
    """initial_loss is the cross entropy in eval mode, and leaves nothing behind."""
    # verify: ignores stretched (it judges one number, and whether arrays are as they were)
    sizes = ((8, 6), (8,), (8,), (8,), (4, 8), (4,))
    for resting, n in ((True, 5), (False, 9), (False, 1)):
        weights = [normal(draw, *size) for size in sizes]
        x, y = normal(draw, n, 2, 3), draw.integers(0, 4, n)
        seen, before, after = exactly(observe(first_loss, weights, x, y, resting), 3)
        hidden = (x.reshape(n, 6) @ weights[0].T + weights[1]) / np.sqrt(1 + 1e-5) * weights[2] + weights[3]
        right, doubled = (cross_entropy(f * hidden @ weights[4].T + weights[5], y) for f in (1, 2))
        what = f"{n} samples, a model that came in {'eval' if resting else 'train'} mode"
        why = " (a layer was in train mode)" if abs(seen["loss"] - doubled) < 1e-4 else ""
        close(seen["loss"], right, f"{what}: initial_loss{why}", rtol=1e-3)
        require(seen["plain"], f"{what}: initial_loss gave no plain float")
        for name in ("modes", "parameters and buffers", "gradients"):
            same(after[name], before[name], f"{what}: its {name} afterwards")
        require(not any(seen["graphs"]), f"{what}: the model was called with a graph; measure under torch.no_grad()")


@points(1.5, hint="Compare `initial_loss` of a new model with ln K, K as it was given: at most half of ln K away.")
def test_start(observe, draw):
    """A bad start is seen: the first loss should be near ln K, neither far above nor far below."""
    wanted = [True, False, True, False, True, True]
    shares = [
        draw.uniform(*ends) for ends in ((0.9, 1.1), (0.1, 0.4), (0.56, 0.72), (1.6, 2.2), (1.2, 1.44), (0.56, 1))
    ]
    cases = []
    for share, classes in zip(shares, (3, 4, 8, 6, 10, 2), strict=True):
        label = int(draw.integers(0, classes - 1))  # the highest class is not in the batch
        sure = classes**-share
        logits = np.full(classes, np.log((1 - sure) / (classes - 1)), np.float32)
        logits[label] = np.log(sure)
        cases.append((logits, np.full(4, label), classes))
    seen = exactly(observe.all(started, cases), len(cases))
    for one, share, (_, _, classes), right in zip(seen, shares, cases, wanted, strict=True):
        what = f"K = {classes}, ln K = {np.log(classes):.3f}, a model whose first loss is {share * np.log(classes):.3f}"
        found = verdict(one, "initial", what)
        require(found is right, f"{what}: expected initial to be {right}, saw {found}")


@points(1, hint="A tensor that remembers how it was computed has `requires_grad`; a number and a detached one do not.")
def test_leaks(observe, draw):
    """no_leak finds the step that returns its loss with the graph, and no other."""
    judged(observe, draw, "no_leak", [*GOOD, "returns the loss with its graph", "no zero_grad", "minus sign"])


@points(1.5, hint="Copy all parameters of a new model, make one step, compare each of them.")
def test_all_move(observe, draw):
    """all_move finds the steps that leave a parameter where it was."""
    left_out = ["optimizer of another model", "last bias left out", "first weight left out", "first step with rate 0"]
    judged(observe, draw, "all_move", [*GOOD, *left_out, "no zero_grad", "softmax before the loss"])


@points(2.5, hint="Two new models from the same torch seed; 1000 in every .grad of one; a step each; compare all.")
def test_own_grad(observe, draw):
    """own_grad finds the steps in which old gradients play a part, by a twin."""
    dirty = [bug for bug, failed in FAILS.items() if "own_grad" in failed]
    clean = ["labels in a new order in each step", "softmax before the loss", "optimizer of another model"]
    judged(observe, draw, "own_grad", [*GOOD, *clean, *dirty])


@points(2.5, hint="`0 <= loss < 0.05` for what the last of `steps` steps returned.")
def test_overfits(observe, draw):
    """overfits goes by the loss that the last step returned: small, and not negative."""
    bad = [bug for bug, failed in FAILS.items() if "overfits" in failed]
    judged(observe, draw, "overfits", ["good, Adam", "returns the loss with its graph", *bad], 150)
    x, y = batch(draw)
    low, high, steps = float(draw.uniform(0.01, 0.04)), float(draw.uniform(0.06, 0.09)), int(draw.integers(5, 9))
    falls, rises = [high] * (steps - 1), [low] * (steps - 1)
    scripts = [
        ([*falls, low], "number", True), ([*rises, high, low], "number", False), ([*falls, low, high], "tensor", True),
        ([*falls, high, low], "number", False), ([*falls, -low], "number", False), ([*falls, -2000.0], "tensor", False),
        ([*falls, float("nan")], "number", False), ([*falls, 0.0], "number", True),
    ]  # fmt: skip
    cases = [(script, kind, x, y, steps) for script, kind, _ in scripts]
    for one, (script, _, right) in zip(exactly(observe.all(scripted, cases), len(cases)), scripts, strict=True):
        what = f"{steps} steps that return {', '.join(f'{loss:.3g}' for loss in script[:steps])}"
        found = verdict(one, "overfits", what)
        why = ", the loss fell below 0: a sign is wrong" if script[steps - 1] < 0 else ""
        require(found is right, f"{what}: expected overfits to be {right}, saw {found}{why}")
    for count, right in ((149, True), (150, False)):
        what = f"no `steps` given, and the loss falls below 0.05 after {count} steps"
        found = verdict(observe(scripted, [high] * count + [low], "number", x, y, None), "overfits", what)
        require(found is right, f"{what}: expected overfits to be {right}, saw {found}")


@points(1.5, hint="A helper that gives a new model and a new step; call it at the beginning of every check.")
def test_fresh(observe, draw):
    """Each check has a new model and a new step."""
    x, y = batch(draw)
    for steps in (1, int(draw.integers(3, 9))):
        seen = observe(fresh, x, y, steps)
        for name in ("initial", "no_leak", "all_move", "own_grad", "overfits"):
            what = f"steps={steps}, a step that works for a model which no other step has seen"
            found = verdict(seen, name, what)
            told = "the model or the step was used before"
            require(found is True, f"{what}: expected {name} to be True, saw {found} ({told})")


@points(2.5, hint="`fit(x, y)` and `fit(x, y[torch.randperm(len(y))])`; eval mode, share of right answers on x_val.")
def test_shuffled_labels(observe, draw):
    """shuffled_labels tells the validation accuracy of true labels and of labels in a random order."""
    # verify: ignores zero (which of the two orders was drawn is free)
    classes, n = 4, 400
    centers = 1.5 * normal(draw, classes, 6)
    y = np.sort(np.arange(n) % classes)
    y_val = draw.integers(0, classes, 150)
    x, x_val = ((centers[part] + normal(draw, len(part), 6)).reshape(-1, 2, 3) for part in (y, y_val))
    seen, given, after = exactly(observe(shuffled, x, y, x_val, y_val, classes), 3)
    seen = exactly(seen, 2, "shuffled_labels")
    same(after, [x, y, x_val, y_val], "x, y, x_val, y_val afterwards")
    rows = {row.tobytes(): i for i, row in enumerate(np.asarray(x))}
    orders = []
    for inputs, labels in exactly(given, 2, "calls of fit"):
        inputs, labels = shaped(inputs, x.shape, "the inputs that fit was given"), shaped(labels, (n,), "the labels")
        places = [rows.get(row.tobytes(), -1) for row in inputs]
        require(sorted(places) == list(range(n)), "fit was given other samples than x")
        found = np.empty(n, np.int64)
        found[places] = labels
        orders.append(found)
    whole = [i for i, found in enumerate(orders) if np.array_equal(found, y)]
    same(len(whole), 1, "calls of fit with the true labels")
    true, mixed = orders[whole[0]], orders[1 - whole[0]]
    same(np.bincount(mixed, minlength=classes), np.bincount(y), "how often each label comes, in the shuffled ones")
    # Of 400 labels in a random order 100 stay right on average, with a standard deviation of 8.7: 8 of these are 70.
    stayed = int((mixed == y).sum())
    require(
        30 <= stayed <= 170,
        f"400 labels, 100 of each class: after the shuffle {stayed} are as before, expected about 100",
    )
    for accuracy, labels, what in ((seen[0], true, "true labels"), (seen[1], mixed, "shuffled labels")):
        means = np.stack([x.reshape(n, 6)[labels == k].mean(0) for k in range(classes)])
        near = ((x_val.reshape(-1, 1, 6) - means) ** 2).sum(2)
        right, trained = (float((one == y_val).mean()) for one in (near.argmin(1), near.argmax(1)))
        why = " (the model was asked in train mode)" if abs(accuracy - trained) < 1e-6 else ""
        close(accuracy, right, f"{what}: validation accuracy{why}", rtol=0, atol=0.011)


@points(1, hint="Look at the sizes first, and raise ValueError.")
def test_refusals(observe):
    """No samples, fewer than two classes and no steps are refused."""
    good = [
        ("initial_loss", 1, 2, 3, 1), ("checklist", 2, 2, 1, 1), ("checklist", 1, 2, 3, 1),
        ("shuffled_labels", 3, 2, 3, 1),
        ("train", 1, 2, 3, 1),
        ("train", 5, 2, 3, 1),
    ]  # fmt: skip
    bad = [
        ("initial_loss", 0, 2, 3, 1), ("checklist", 0, 2, 3, 1), ("checklist", 2, 1, 3, 1), ("checklist", 2, 0, 3, 1),
        ("checklist", 2, 2, 0, 1), ("shuffled_labels", 0, 2, 3, 1), ("shuffled_labels", 3, 2, 3, 0),
        ("train", 0, 2, 3, 1),
    ]  # fmt: skip
    what = "function, samples, classes, steps, validation samples"
    observe.refuses(of_nothing, bad=bad, good=good, error=ValueError, what=what)
