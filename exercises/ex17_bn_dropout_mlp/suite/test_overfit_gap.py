"""ex17: a model that answers wrongly in training mode tells how `overfit_gap` asked it."""

import numpy as np
import torch
from torch import nn

from grader.suite import between, close, normal, points, require


class Oracle(nn.Module):
    """Reads the answer off its input; in training mode it answers the opposite and its batch norm moves."""

    def __init__(self, features):
        super().__init__()
        self.bn = nn.BatchNorm1d(features)
        self.frozen = nn.Sequential(nn.BatchNorm1d(features), nn.Dropout(0.25))
        self.graphs = 0

    def forward(self, x):
        self.bn(x)
        self.graphs += torch.is_grad_enabled()
        return -x if self.training else x


def gap_of(module, training, x_train, y_train, x_test, y_test):
    """The gap of an Oracle with a frozen part, and what became of the Oracle.

    >>> overfit_gap(torch.nn.Linear(x_train.shape[1], 3), x_train, y_train, x_test, y_test)  # another model
    """
    model = Oracle(x_train.shape[1])
    model.train(training)
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    model.frozen[0].weight.requires_grad_(False)
    gap = module.overfit_gap(model, x_train, y_train, x_test, y_test)
    return {
        "gap": gap, "kind": type(gap).__name__, "float": isinstance(gap, float),
        "modes": [m.training for m in model.modules()], "moved": model.bn.running_mean,
        "graphs": model.graphs, "learnable": [p.requires_grad for p in model.parameters()],
        "dtypes": [str(p.dtype) for p in model.parameters()], "dropout": model.frozen[1].p,
        "weights": list(model.parameters()), "gradients": [p.grad for p in model.parameters()],
    }  # fmt: skip


def table(draw, n, right, last=0, classes=4):
    """Inputs that are their own logits, and labels of which exactly `right` agree with the largest logit.

    The `last` ones are among those that agree.
    """
    x = normal(draw, n, classes)
    y = x.argmax(1)
    wrong = draw.permutation(n - last)[right - last :]
    y[wrong] = (y[wrong] + draw.integers(1, classes, len(wrong))) % classes
    return x, y


@points(1, hint="Switch to eval() and torch.no_grad() before you measure, both times.")
def test_gap_is_measured_in_evaluation(observe, draw):
    """The gap is measured in evaluation mode without gradients."""
    # verify: ignores stretched (the numbers that are judged here are no arrays)
    seen = observe(gap_of, True, *table(draw, 40, 31), *table(draw, 25, 12))
    close(seen["gap"], 31 / 40 - 12 / 25, "a model that answers wrongly in training mode, given in it: gap")
    close(seen["graphs"], 0, "forward passes with gradients switched on")


@points(1, hint="Remember model.training, switch, and hand it to model.train() afterwards; touch nothing else.")
def test_the_model_is_left_as_it_was(observe, draw):
    """Afterwards the model with all its parts is in its old mode, and nothing else has changed."""
    for training in (True, False):
        right = int(draw.integers(12, 18))
        seen = observe(gap_of, training, *table(draw, 20, right), *table(draw, 10, 5))
        between(seen["gap"], -1, 1, "gap")
        require(seen["gap"] != 0, "the gap is 0 although the training data is read better")
        told = f"given in {'training' if training else 'evaluation'} mode:"
        close(seen["modes"], [training] * 5, f"{told} training flags of the model and its parts afterwards")
        close(seen["moved"], np.zeros(4), f"{told} running mean of the batch norm")
        close(seen["learnable"], [True, True, False, True], f"{told} requires_grad of the parameters")
        close(seen["dropout"], 0.25, f"{told} p of its dropout")
        close(seen["weights"], [np.ones(4), np.zeros(4)] * 2, f"{told} weights")
        close(seen["gradients"], [np.ones(4)] * 4, f"{told} .grad of the parameters")
        require(seen["dtypes"] == ["torch.float32"] * 4, f"{told} dtypes of the parameters: {seen['dtypes']}")


@points(1, hint="Shares between 0 and 1: train minus test.")
def test_gap_of_a_model_made_by_hand(observe, draw):
    """The gap of a model made by hand is right."""
    # verify: ignores stretched (the numbers that are judged here are no arrays)
    more, less = draw.uniform(0.5, 1, 5), draw.uniform(0.1, 0.45, 5)
    for number, (n, m, last) in enumerate(((8, 10, 0), (12, 4, 0), (30, 10, 0), (20, 30, 0), (1283, 517, 90))):
        shares = (less, more) if number == 3 else (more, less)  # the test data is answered better once
        right, hits = (round(size * part[number]) for size, part in zip((n, m), shares, strict=True))
        seen = observe(gap_of, False, *table(draw, n, right, last), *table(draw, m, hits, last // 3))
        told = f"train accuracy {right}/{n}, test accuracy {hits}/{m}: gap"
        if abs(seen["gap"] - (hits / m - right / n)) < 1e-4:
            told += " (the sign is lost)" if number == 3 else " (this is test minus train)"
        elif number == 3 and seen["gap"] == 0:
            told += " (a negative gap became 0)"
        each_once = "Count the right answers of all batches, the smaller last one too, and divide once by all samples."
        close(seen["gap"], right / n - hits / m, told, hint=each_once if last else "")
        kind = "`.item()` or `float()` turns a tensor into a float."
        require(seen["float"], f"{told}: expected a float, saw a {seen['kind']}", kind)
