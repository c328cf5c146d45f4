"""ex22: the examiner knows the weights before every step of a linear model, and computes what has to follow."""

from functools import partial

import numpy as np
import torch
from cases import jagged, some_batches, some_layer, valley
from curves import adam, gradient, loss, sample_losses
from parts import Changing, Doubling, Scripted, Shuffled
from run import Run, check_end, is_close
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook

from grader.suite import Raised, answers, between, close, digits, may_fail, points, same, weights_before_each_step

LISTS = ("train_loss", "val_loss", "val_acc")


# ---- scenarios: run beside the learner's code and only report


def told(history):
    """The history in plain data, and of which types it is made."""
    numbers = {name: list(history[name]) for name in ("train_loss", "val_loss", "val_acc")}
    return {
        **numbers,
        "best_epoch": history["best_epoch"],
        "stopped_early": history["stopped_early"],
        "types": sorted({type(number).__name__ for values in numbers.values() for number in values}),
    }


def train(module, layer, pairs, val, options, doubling=False, rounds=0):
    """A training of a linear model that comes in eval mode: history, weights and gradients at each step, and the end.

    `doubling` adds a layer that doubles in train mode; with `rounds` the pairs are cut into so many different epochs.
    """
    linear = nn.Linear(layer[0].shape[1], layer[0].shape[0])
    linear.load_state_dict({"weight": layer[0], "bias": layer[1]})
    model = nn.Sequential(linear, *([Doubling()] if doubling else [])).eval()
    loader = [tuple(pair) for pair in pairs]
    if rounds:
        size = len(pairs) // rounds
        loader = Changing([loader[i * size : (i + 1) * size] for i in range(rounds)])
    run = partial(module.fit, model, loader, [tuple(pair) for pair in val], **options)
    history, steps = weights_before_each_step(run)
    return {
        "history": told(history),
        "weights": [step["weights"] for step in steps],
        "grads": [step["grads"] for step in steps],
        "optimizers": sorted({step["optimizer"] for step in steps}),
        "final": [linear.weight, linear.bias],
    }


def follow(module, losses, options):
    """The history of a training whose validation losses are these."""
    model = Scripted(losses)
    batch = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    hook = register_optimizer_step_post_hook(model.count)
    try:
        return told(module.fit(model, [batch], [batch], **options))
    finally:
        hook.remove()


def train_digits(module, x, y, x_val, y_val, x_test, batch, hidden, norm, options):
    """A training of a small network on shuffled batches; its scores on images that it has not seen."""
    layers = [nn.Linear(64, hidden), *([nn.BatchNorm1d(hidden)] if norm else []), nn.ReLU(), nn.Linear(hidden, 10)]
    model = nn.Sequential(nn.Flatten(), *layers)
    history = module.fit(model, Shuffled(x, y, batch), [(x_val, y_val)], **options)
    model.eval()
    with torch.no_grad():
        return {"history": told(history), "val": model(x_val), "test": model(x_test)}


def try_fit(module, epochs):
    batches = [(torch.ones(4, 2), torch.tensor([0, 1, 0, 1]))]
    module.fit(nn.Linear(2, 2), batches, batches, epochs=epochs)


# ---- the examiner's side


def runs(observe, *cases):
    """One training of a linear model per case (the arguments of `train`), all beside the same child."""
    seen = answers(observe.each(train, list(cases)), len(cases))
    for case, answer in zip(cases, seen, strict=True):
        if isinstance(answer, Raised):
            observe(train, *case)
    return [Run(answer, *case) for case, answer in zip(cases, seen, strict=True)]


@points(1, hint="Five lines per batch: zero_grad, forward, loss, backward, step; over all batches, in every epoch.")
def test_learns_digits(observe):
    """It learns digits."""
    data = digits()
    question = (*data[:5], 32, 64, False, {"epochs": 20, "lr": 1e-2, "patience": None})
    seen = observe(train_digits, *question)
    scores = seen["test"]
    assert np.shape(scores) == (len(data.y_test), 10), f"scores of the test images: {scores!r}"
    # 25 seeds gave 0.909 on average with a standard deviation of 0.0048: 0.87 is 8 of these away (normal tail 1e-15).
    may_fail(1e-15)
    right = float((scores.argmax(1) == data.y_test).mean())
    between(right, 0.87, 1, "share of 1197 new digits named right after 20 epochs on 200, lr 0.01")


@points(1, hint="Append one `.item()` or float per list and epoch, also in the epoch after which you stop.")
def test_history(observe, draw):
    """The history has one entry per epoch run."""
    train_batches, val = some_batches(draw, [12, 12, 12]), some_batches(draw, [30])
    options = {"epochs": 6, "lr": 0.05, "patience": None}
    (run,) = runs(observe, (some_layer(draw), train_batches, val, options))
    for name in LISTS:
        same(len(run.history[name]), 6, f"6 epochs: entries of {name}")
    kinds = run.history["types"]
    assert set(kinds) <= {"float", "float64"}, f"history must hold floats, saw {kinds}; take the number out by .item()"
    run.check_validation("6 epochs")
    for epoch in range(5):  # nobody saw the weights after the last one
        steps = range(3 * epoch, 3 * epoch + 3)
        running = np.mean([loss(run.weights[step], [run.pairs[step % 3]]) for step in steps])
        afterwards = loss(run.after(epoch), run.pairs)
        seen = run.history["train_loss"][epoch]
        right = isinstance(seen, float) and (np.isclose([running, afterwards], seen, rtol=1e-4)).any()
        assert right, (
            f"train_loss of epoch {epoch}: expected {running:.5f} (the mean while training) or {afterwards:.5f}"
            f" (afterwards), saw {seen!r}"
        )


@points(1, hint="`model.train()` belongs at the start of every epoch: whoever measures switches to eval mode.")
def test_modes(observe, draw):
    """Train mode in training, eval mode in validation."""
    train_batches, val = some_batches(draw, [12, 12]), some_batches(draw, [30])
    options = {"epochs": 4, "lr": 0.05, "patience": None}
    (run,) = runs(observe, (some_layer(draw), train_batches, val, options, True))
    run.check_gradients("a layer that doubles in train mode")
    seen, doubled = run.history["val_loss"][0], loss(run.after(0), val, scale=2)
    what = f"validation ran in train mode: {seen:.4f} is the loss of doubled scores"
    assert not np.isclose(seen, doubled, rtol=1e-5), what
    run.check_validation("a layer that doubles in train mode")


@points(1, hint="`optimizer.zero_grad()` and `optimizer.step()` both stand inside the loop over the batches.")
def test_one_step_per_batch(observe, draw):
    """Gradients are cleared every step; one optimizer step per batch."""
    train_batches, val = some_batches(draw, [10, 10, 10, 4]), some_batches(draw, [20])
    (run,) = runs(observe, (some_layer(draw), train_batches, val, {"epochs": 3, "lr": 0.03, "patience": None}))
    run.check_gradients("3 epochs of 4 batches")


@points(1, hint="Validation measures: no backward, no step, and none of its numbers in the training.")
def test_validation_never_trains(observe, draw):
    """Validation data never trains, and the learning rate is the given one."""
    train_batches, layer, lr = some_batches(draw, [10, 10, 10]), some_layer(draw), round(draw.uniform(0.02, 0.1), 3)
    cases = [(layer, train_batches, some_batches(draw, [size]), {"epochs": 1, "lr": lr}) for size in (25, 40)]
    cases.append((layer, train_batches, cases[0][2], {"epochs": 1}))
    ends = [answer["final"] for answer in observe.each(train, cases)[:2] if not isinstance(answer, Raised)]
    close(ends[1:], ends[:1], "one epoch, twice: the weights depend on the validation set, weight and bias", 0, 0)
    for run in runs(observe, *cases)[1:]:
        lr = run.options.get("lr", 1e-3)
        for seen, expected, start in zip(run.final, adam(layer, train_batches, lr)[-1], layer, strict=True):
            what = f"3 steps of Adam with lr {lr} by hand (AdamW's decay is allowed for)"
            # AdamW shrinks by 0.01 * lr per step in addition.
            close(seen, expected, what, rtol=0, atol=0.1 * lr + 0.04 * lr * float(np.abs(start).max()))


@points(1, hint="Weigh each batch mean by its samples, as the given `evaluate` does.")
def test_val_loss_counts_samples(observe, draw):
    """val_loss weighs samples, not batches."""
    train_batches, layer = some_batches(draw, [12, 12]), some_layer(draw)
    val = some_batches(draw, [20, 20, 3])
    val[-1] = (3 * val[-1][0], (3 * val[-1][0] @ layer[0].T + layer[1]).argmin(1))  # a small, bad last batch
    (run,) = runs(observe, (layer, train_batches, val, {"epochs": 3, "lr": 0.01, "patience": None}))
    run.check_validation("validation batches of 20, 20 and 3 samples")


@points(2, hint="Ask `early.step` with the validation loss after every epoch, and break when it says so.")
def test_stops_after_patience(observe, draw):
    """Training stops `patience` epochs after the best."""
    falls, rises = np.linspace(1, 0.5, int(draw.integers(4, 8))), np.linspace(0.6, 1.4, 30)
    down_and_up, down = [*falls.tolist(), *rises.tolist()], [0.97**epoch for epoch in range(40)]
    cases = [(down_and_up, {"patience": 1, "epochs": 20}), (down_and_up, {}), (down, {})]  # {}: 30 epochs, patience 5
    cases.append(([0.9, 0.7] + [0.5] * 10, {"patience": 3, "epochs": 12}))  # equal is not better
    for patience, min_delta in ((2, 0.0), (3, 0.05)):
        options = {"patience": patience, "min_delta": min_delta, "epochs": 25}
        cases.append((jagged(draw, patience, min_delta), options))
    for (losses, options), history in zip(cases, answers(observe.each(follow, cases), len(cases)), strict=True):
        if isinstance(history, Raised):
            observe(follow, losses, options)
        check_end(history, losses, options, "a scripted validation loss")
        run = len(history["val_loss"])
        close(history["val_loss"], losses[:run], "a scripted validation loss: val_loss in the history")


@points(2, hint="`early.restore(model)` after the loop, whatever ended it; buffers belong to the model as well.")
def test_hands_back_the_best(observe, draw):
    """The model handed back is the best one, also after all epochs."""
    cases = [valley(draw, epochs=epochs, patience=patience) for patience, epochs in ((2, 40), (30, 14))]
    for run, end in zip(runs(observe, *cases), ("stopped early", "ran to the end"), strict=True):
        best = int(np.argmin(run.history["val_loss"]))
        kept, lowest = loss(run.final, run.val), min(run.history["val_loss"])
        assert kept < lowest + 1e-5, f"{end}: the returned model has val loss {kept:.4f}, the best was {lowest:.4f}"
        assert best + 1 < run.epochs, (
            f"{end}: val_loss ends with its lowest value, although the weights had gone too far"
        )
        close(run.final, run.after(best), f"{end}: weight and bias handed back, those after epoch {best}", 0, 1e-6)
    data = digits(noisy=True)
    question = (*data[:4], data.x_test[:1], 50, 32, True, {"epochs": 10, "lr": 0.05, "patience": None})
    seen = observe(train_digits, *question)
    kept, losses = float(sample_losses(seen["val"].astype(np.float64), data.y_val).mean()), seen["history"]["val_loss"]
    same(len(losses), 10, "digits with wrong labels, 10 epochs: entries of val_loss")
    what = "digits with wrong labels, a network with batch norm"
    numbers = f"the returned model has val loss {kept:.4f}, the best was {min(losses):.4f}, the last {losses[-1]:.4f}"
    assert abs(kept - min(losses)) < 1e-3, f"{what}: {numbers}"


@points(1, hint="None is no number: give EarlyStopping a patience that it cannot reach.")
def test_patience_none(observe, draw):
    """patience None runs all epochs."""
    (run,) = runs(observe, valley(draw, epochs=18, patience=None))
    check_end(run.history, run.history["val_loss"], run.options, "a val_loss that falls, then rises")
    run.check_validation("a val_loss that falls, then rises")


@points(1, hint="`for inputs, targets in train_loader` inside the loop over the epochs; keep no list of the batches.")
def test_loaders_are_iterated_anew(observe, draw):
    """Loaders are iterated anew in each epoch."""
    rounds, epochs = 12, 4  # a loader may be read twice per epoch, if train_loss is measured afterwards
    pairs, options = some_batches(draw, [6] * (2 * rounds)), {"epochs": epochs, "lr": 0.05, "patience": None}
    (run,) = runs(observe, (some_layer(draw), pairs, some_batches(draw, [20]), options, False, rounds))
    same(run.epochs, epochs, "epochs run")
    used = []
    for epoch in range(epochs):
        layer, seen = run.weights[2 * epoch], run.grads[2 * epoch]
        fits = [k for k in range(rounds) if is_close(seen, gradient(layer, pairs[2 * k]))]
        assert fits, f"epoch {epoch}: the first step belongs to none of the batches that the loader gave"
        assert fits[0] not in used, f"epoch {epoch} saw the batches of epoch {used.index(fits[0])} again"
        used.append(fits[0])
    assert used == sorted(used), f"batches of the loader's iterations {used} were used, in this order"
    batches = [pairs[2 * k + i] for k in used for i in (0, 1)]
    run.check_gradients("other batches in every epoch", batches=batches)


@points(1, hint="Check `epochs` before anything is trained.")
def test_no_epochs_are_refused(observe):
    """epochs below 1 is refused."""
    observe.refuses(try_fit, [0, -1, -30], [1, 2, 3], ValueError, "fit with epochs")
