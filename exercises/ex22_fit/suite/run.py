"""One training of a linear model as it was seen, and the checks on it."""

import numpy as np
from curves import accuracy, gradient, loss, stop

from grader.suite import answers, close, same


class Run:
    """One training of a linear model on random batches, with what was seen of it."""

    def __init__(self, seen, layer, pairs, val, options, doubling=False, rounds=0):
        self.pairs, self.val, self.doubling = pairs, val, doubling
        self.options = options
        self.history, self.grads, self.final = seen["history"], seen["grads"], answers(seen["final"], 2)
        self.weights = [answers(weights, 2) for weights in seen["weights"]]
        self.per_epoch = len(pairs) // max(rounds, 1)
        self.epochs = len(self.history["val_loss"])
        assert self.epochs, "the history is empty"
        wanted = self.epochs * self.per_epoch
        assert len(self.weights) == len(self.grads) == wanted, (
            f"{self.epochs} epochs of {self.per_epoch} batches in the history, {len(self.weights)} updates;"
            f" one step per batch makes {wanted}"
        )
        known = set(seen["optimizers"]) <= {"Adam", "AdamW"}
        assert known, f"the optimizer is {seen['optimizers']}; torch.optim.Adam or AdamW is asked for"

    def after(self, epoch):
        """Weight and bias after this epoch, or None if nobody saw them: after the last one, unless it was the best."""
        step = (epoch + 1) * self.per_epoch
        if step < len(self.weights):
            return self.weights[step]
        return self.final if int(np.argmin(self.history["val_loss"])) == epoch else None

    def check_validation(self, what):
        """Losses and accuracies are those of the validation data at the weights after each epoch."""
        for epoch in range(self.epochs):
            layer = self.after(epoch)
            if layer is None:
                continue
            seen, expected = self.history["val_loss"][epoch], loss(layer, self.val)
            where = f"{what}: val_loss of epoch {epoch}"
            if len(self.val) > 1 and np.isclose(seen, np.mean([loss(layer, [part]) for part in self.val]), rtol=1e-6):
                where += f" is the mean of the batch means: the last {len(self.val[-1][1])} samples count too much"
            close(seen, expected, where)
            close(self.history["val_acc"][epoch], accuracy(layer, self.val), f"{what}: val_acc of epoch {epoch}")

    def check_gradients(self, what, batches=None):
        """At each step the gradient is that of its batch alone."""
        scale = 1 + self.doubling
        batches = batches or [self.pairs[step % self.per_epoch] for step in range(len(self.weights))]
        for step, (layer, seen, batch) in enumerate(zip(self.weights, self.grads, batches, strict=True)):
            expected = gradient(layer, batch, scale)
            why = ""
            if step and is_close(seen, [a + b for a, b in zip(expected, self.grads[step - 1], strict=True)]):
                why = ": gradients of two batches were added; clear them in every step"
            elif scale == 2 and is_close(seen, gradient(layer, batch, 1)):
                why = f": the model was in eval mode; dropout was off in epoch {step // self.per_epoch + 1}"
            place = f"epoch {step // self.per_epoch}, batch {step % self.per_epoch}"
            close(answers(seen, 2), expected, f"{what}, {place}, gradient{why}", rtol=1e-3, atol=1e-5)


def is_close(seen, expected):
    """Whether gradients agree, where it only decides about the words of a message."""
    shapes = [np.shape(part) for part in expected]
    return [np.shape(part) for part in seen] == shapes and all(
        np.allclose(a, b, rtol=1e-3, atol=1e-5) for a, b in zip(seen, expected, strict=True)
    )


def check_end(history, losses, options, what):
    """The training ended when it had to, by these validation losses, and names the right best epoch."""
    options = {"epochs": 30, "patience": 5, "min_delta": 0.0, **options}
    patience, min_delta = options["patience"], options["min_delta"]
    epochs, best, early = stop(losses[: options["epochs"]], options["epochs"], patience, min_delta)
    run, seen = len(history["val_loss"]), history["best_epoch"]
    curve = ", ".join(f"{value:.3f}" for value in losses[: max(run, epochs)][:25])
    what = f"{what}: {curve}; patience {patience}, min_delta {min_delta:g}"
    if run == options["epochs"] > epochs:
        what += "; ran to the end although val_loss rose"
    same(run, epochs, f"{what}: epochs run")
    same(seen, best, f"{what}: best_epoch{' counts from 0' if seen == best + 1 else ''}")
    if epochs < options["epochs"] or patience is None:
        same(history["stopped_early"], early, f"{what}: stopped_early")
