"""ex17: two copies of the network, with and without dropout, show where the noise enters."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, by_chance, close, normal, points, same

IN, HIDDEN, CLASSES = 20, 64, 5


# ---- scenarios: run beside the learner's code and only report


def build(module, dropout):
    return module.RegularizedMLP(IN, HIDDEN, CLASSES, dropout)


def default_size(module, images):
    """The default network: number of trainable numbers, logits in evaluation for images, rows, and a turned batch."""
    model = module.RegularizedMLP()
    model.eval()
    turned = images.transpose(2, 3).contiguous().transpose(2, 3)
    with torch.no_grad():
        logits = [model(images), model(images.flatten(1)), model(turned)]
    return sum(p.numel() for p in model.parameters() if p.requires_grad), logits


def four_times(module, x):
    """Two passes in evaluation, two in training."""
    model = build(module, 0.5)
    model.eval()
    quiet = [model(x), model(x)]
    model.train()
    return quiet, [model(x), model(x)]


def twins(module, x, p):
    """The same weights with and without dropout: one training pass, what the last layers met, then evaluation."""
    noisy, plain = build(module, p), build(module, 0.0)
    plain.load_state_dict(noisy.state_dict())
    told = []
    for model in (noisy, plain):
        linears = [m for m in model.modules() if isinstance(m, nn.Linear)]
        first, last = linears[0], linears[-1]
        met = []
        hook = last.register_forward_pre_hook(lambda layer, inputs, met=met: met.append(inputs[0].detach().clone()))
        model.train()
        logits = model(x)
        hook.remove()
        model.eval()
        maps = [first.weight, first.bias, last.weight, last.bias]
        told.append({"hidden": met[0] if met else None, "logits": logits, "maps": maps, "after": model(x)})
    return told


class Oracle(nn.Module):
    """Reads the answer off its input; in training mode it answers the opposite and its batch norm moves."""

    def __init__(self, features):
        super().__init__()
        self.bn = nn.BatchNorm1d(features)
        self.graphs = 0

    def forward(self, x):
        self.bn(x)
        self.graphs += torch.is_grad_enabled()
        return -x if self.training else x


def gap_of(module, training, x_train, y_train, x_test, y_test):
    model = Oracle(x_train.shape[1])
    model.train(training)
    gap = module.overfit_gap(model, x_train, y_train, x_test, y_test)
    return {"gap": gap, "training": model.training, "moved": model.bn.running_mean, "graphs": model.graphs}


# ---- the examiner's side


def batch(draw, n=48):
    return normal(draw, n, IN)


def spread(logits, what):
    """An array of logits that differ from row to row."""
    assert isinstance(logits, np.ndarray) and logits.ndim == 2, (
        f"{what}: expected logits of shape (N, classes), saw {logits!r}"
    )
    assert np.isfinite(logits).all(), f"{what}: the logits are not finite"
    assert logits.std(0).max() > 1e-4, f"{what}: the logits do not depend on the input"
    return logits


@points(1, hint="x.flatten(1) works for every shape and memory layout.")
def test_shapes_and_size(observe, draw):
    """Images and flat rows work, and the network has the right number of learnable numbers."""
    images = normal(draw, 6, 1, 28, 28)
    size, logits = answers(observe(default_size, images), 2)
    assert size in (102_026, 101_898), f"expected 102026 learnable numbers (101898 without the first bias), saw {size}"
    image, row, turned = answers(logits, 3)
    same(spread(image, "images").shape, (6, 10), "6 images: shape of the logits")
    close(row, image, "the same 6 images as flat rows")
    close(turned, image, "the same 6 images in another memory layout")


@points(1, hint="nn.Dropout follows train() and eval(); F.dropout must be told training=self.training.")
def test_eval_repeats_and_train_does_not(observe, draw):
    """Evaluation repeats itself, training does not."""
    # verify: ignores flipped (calls are compared with each other, and all change sign)
    quiet, noisy = answers(observe(four_times, batch(draw)), 2)
    first, second = answers(quiet, 2)
    close(second, spread(first, "evaluation"), "evaluation output changes from call to call")
    one, two = (spread(logits, "training") for logits in answers(noisy, 2))
    assert np.abs(one - two).max() > 1e-4, "training: two calls gave the same logits, so nothing was dropped"


@points(2, hint="Dropout comes after the norm, so that the running statistics never see its noise.")
def test_dropout_comes_after_the_norm(observe, draw):
    """Dropout sits behind batch norm and ReLU: the running statistics do not depend on the dropout rate."""
    # verify: ignores flipped (two networks are compared with each other, and both change sign)
    noisy, plain = answers(observe(twins, batch(draw), 0.4), 2)
    spread(plain["after"], "evaluation after one training step")
    spread(noisy["after"], "evaluation after one training step")
    close(
        noisy["after"], plain["after"],
        "after one training pass, evaluations with dropout 0.4 and 0 differ: noise got into the running statistics",
    )  # fmt: skip


@points(2, hint="Dropping with probability p and dividing the survivors by 1 − p is what nn.Dropout(p) does.")
def test_share_of_zeros(observe, draw):
    """The last layer meets the asked share of extra zeros, and the survivors are scaled."""
    for p in (0.2, 0.6):
        noisy, plain = answers(observe(twins, batch(draw, 96), p), 2)
        before, after = plain["hidden"], noisy["hidden"]
        for name, hidden in (("without dropout", before), (f"dropout {p}", after)):
            same(getattr(hidden, "shape", None), (96, 64), f"{name}: shape of what the last nn.Linear meets")
            assert (hidden >= 0).all(), f"{name}: the last layer meets negative numbers: it must come after the ReLU"
        alive = before > 1e-6
        count = int(alive.sum())
        assert count > 1000, (
            f"dropout 0 must drop nothing, but only {count} of {alive.size} hidden numbers are positive"
        )
        dropped = alive & (after == 0)
        by_chance(int(dropped.sum()), count, p, f"dropout {p}: hidden numbers that were dropped")
        kept = alive & ~dropped
        close(after[kept], before[kept] / (1 - p), f"dropout {p}: survivors divided by {1 - p:g}", rtol=1e-3)


@points(1, hint="The last layer's output is the answer: nothing comes behind it.")
def test_no_dropout_on_the_logits(observe, draw):
    """Nothing happens to the logits."""
    for told, name in zip(answers(observe(twins, batch(draw), 0.4), 2), ("dropout 0.4", "no dropout"), strict=True):
        *_, weight, bias = answers(told["maps"], 4)
        zeros = int((spread(told["logits"], name) == 0).sum())
        assert zeros == 0, f"{name}: {zeros} class scores are exactly 0: there is dropout on the logits"
        assert isinstance(told["hidden"], np.ndarray), f"{name}: the last nn.Linear was not used"
        close(
            told["logits"],
            told["hidden"] @ weight.T + bias,
            f"{name}: logits against the last layer's output",
            atol=1e-4,
        )


@points(2, hint="Without dropout this is Linear, batch norm, ReLU, Linear.")
def test_without_dropout_it_is_a_batch_norm_mlp(observe, draw):
    """With dropout 0 it is the batch norm MLP of ex02."""
    x = batch(draw)
    _, plain = answers(observe(twins, x, 0.4), 2)
    w1, b1, w2, b2 = answers(plain["maps"], 4)
    spread(plain["logits"], "training, dropout 0")
    z = x @ w1.T + (0.0 if b1 is None else b1)
    hidden = np.maximum((z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5), 0)
    close(plain["hidden"], hidden, "training, dropout 0: what the last layer meets", rtol=1e-3, atol=1e-3)
    close(plain["logits"], hidden @ w2.T + b2, "training, dropout 0: logits", rtol=1e-3, atol=1e-3)


def table(draw, n, right, classes=4):
    """Inputs that are their own logits, and labels of which exactly `right` agree with the largest logit."""
    x = normal(draw, n, classes)
    y = x.argmax(1)
    wrong = draw.permutation(n)[right:]
    y[wrong] = (y[wrong] + draw.integers(1, classes, len(wrong))) % classes
    return x, y


@points(2, hint="Remember model.training, switch to eval(), and give the mode back at the end.")
def test_gap_is_measured_in_evaluation(observe, draw):
    """The gap is measured in evaluation mode without gradients, and the model is left as it was."""
    for training in (True, False):
        data = [*table(draw, 40, 31), *table(draw, 25, 12)]
        told = observe(gap_of, training, *data)
        mode = "training" if training else "evaluation"
        close(
            told["gap"], 31 / 40 - 12 / 25, f"a model that answers wrongly in training mode, given in {mode} mode: gap"
        )
        same(told["training"], training, f"the model was in {mode} mode before; model.training afterwards")
        close(told["moved"], np.zeros(4), "batch norm's running mean afterwards")
        same(told["graphs"], 0, "forward passes with gradients switched on")


@points(1, hint="Shares between 0 and 1: train minus test.")
def test_gap_of_a_model_made_by_hand(observe, draw):
    """The gap of a model made by hand is right."""
    for n, right, m, hits in ((8, 6, 10, 5), (12, 3, 4, 4), (30, 30, 10, 0)):
        told = observe(gap_of, False, *table(draw, n, right), *table(draw, m, hits))
        close(told["gap"], right / n - hits / m, f"train accuracy {right}/{n}, test accuracy {hits}/{m}: gap")
