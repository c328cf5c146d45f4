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
    """The gap of an Oracle with a frozen parameter, and what became of the Oracle."""
    model = Oracle(x_train.shape[1])
    model.train(training)
    model.frozen[0].weight.requires_grad_(False)
    gap = module.overfit_gap(model, x_train, y_train, x_test, y_test)
    return {
        "gap": gap, "modes": [m.training for m in model.modules()], "moved": model.bn.running_mean,
        "graphs": model.graphs, "learnable": [p.requires_grad for p in model.parameters()],
        "dtypes": [str(p.dtype) for p in model.parameters()], "dropout": model.frozen[1].p,
    }  # fmt: skip


def table(draw, n, right, classes=4):
    """Inputs that are their own logits, and labels of which exactly `right` agree with the largest logit."""
    x = normal(draw, n, classes)
    y = x.argmax(1)
    wrong = draw.permutation(n)[right:]
    y[wrong] = (y[wrong] + draw.integers(1, classes, len(wrong))) % classes
    return x, y


@points(1, hint="Switch to eval() and torch.no_grad() before you measure, both times.")
def test_gap_is_measured_in_evaluation(observe, draw):
    """The gap is measured in evaluation mode without gradients."""
    # verify: ignores stretched (the numbers that are judged here are no arrays)
    seen = observe(gap_of, True, *table(draw, 40, 31), *table(draw, 25, 12))
    close(seen["gap"], 31 / 40 - 12 / 25, "a model that answers wrongly in training mode, given in it: gap")
    close(seen["graphs"], 0, "forward passes with gradients switched on")


@points(1, hint="Remember model.training and give it back with model.train(...), which reaches all parts.")
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
        require(seen["dtypes"] == ["torch.float32"] * 4, f"{told} dtypes of the parameters: {seen['dtypes']}")


@points(1, hint="Shares between 0 and 1: train minus test.")
def test_gap_of_a_model_made_by_hand(observe, draw):
    """The gap of a model made by hand is right."""
    # verify: ignores stretched (the numbers that are judged here are no arrays)
    for n, m in ((8, 10), (12, 4), (30, 10)):
        right, hits = int(draw.integers(n // 2, n + 1)), int(draw.integers(0, m // 2))
        seen = observe(gap_of, False, *table(draw, n, right), *table(draw, m, hits))
        told = f"train accuracy {right}/{n}, test accuracy {hits}/{m}: gap"
        if abs(seen["gap"] - (hits / m - right / n)) < 1e-4:
            told += " (this is test minus train)"
        close(seen["gap"], right / n - hits / m, told)
