"""ex22, the history and the end: validation losses follow a script, or are recomputed from the weights."""

import math

import numpy as np
from curves import accuracy, falling, high, jagged, loss, some_batches, some_layer, stop, valley
from scenarios import LISTS, count_epochs, follow, train
from transcript import Transcript, entry

from grader.suite import Raised, answers, close, points, require, same, shaped

PLENTY = 50  # a patience that never runs out
WHOLE = ("int", "int64", "int32")


def trained(observe, draw, sizes, val_sizes, epochs=4):
    pairs, val, layer = some_batches(draw, sizes), some_batches(draw, val_sizes), some_layer(draw)
    options = {"epochs": epochs, "lr": 0.05, "patience": PLENTY}
    return Transcript(observe(train, layer, pairs, val, options), pairs, val)


def followed(observe, cases):
    """What was seen of each scripted training (losses, options)."""
    seen = answers(observe.each(follow, cases), len(cases))
    for case, answer in zip(cases, seen, strict=True):
        if isinstance(answer, Raised):
            observe(follow, *case)
    return seen


def in_words(losses, options):
    options = {"epochs": 30, "patience": 5, "min_delta": 0.0, **options}
    curve = ", ".join(f"{value:.3f}" for value in losses[:25])
    told = f"epochs {options['epochs']}, patience {options['patience']}, min_delta {options['min_delta']:g}"
    return f"val_loss {curve}; {told}"


def epochs_run(seen):
    """How many epochs were run: so many states of the model were measured."""
    states = [shaped(state["scores"], (2,), "the two scores of a model") for state in seen["states"]]
    require(states, "the model was never measured")
    if len(states) > 1:
        gaps = [float(state[0] - state[1]) for state in (states[0], states[-1])]
        require(gaps[1] > gaps[0], "samples of class 0 in every batch did not move the model towards class 0")
    return len(states)


def epoch_of(seen):
    """The epoch whose weights the model has in the end; None if it is no epoch's."""
    final = seen["final"]["scores"]
    found = [i for i, state in enumerate(seen["states"]) if np.array_equal(state["scores"], final)]
    return found[0] if found else None


def check_returned(seen, losses, options, end=""):
    """The model has the weights of the best of the epochs that were run."""
    run = epochs_run(seen)
    _, best, _ = stop(losses[:run], run, None, options.get("min_delta", 0.0))
    back = epoch_of(seen)
    what = f"{in_words(losses, options)}{end}: the returned model"
    require(back is not None, f"{what} is that of no epoch")
    told = f"is that of epoch {back} with val_loss {losses[back]:g}; the best was epoch {best} with {losses[best]:g}"
    require(back == best, f"{what} {told}")


@points(1, hint="Append one float per list and epoch, also in the epoch after which you stop.")
def test_history(observe, draw):
    """The history has one float per epoch run in each list."""
    losses = valley(draw, 14)
    cases = [(losses, {"epochs": 14, "patience": PLENTY}), (losses, {"epochs": 14, "patience": 2})]
    for (_, options), seen in zip(cases, followed(observe, cases), strict=True):
        run = epochs_run(seen)
        for name in LISTS:
            same(
                len(entry(seen, name)),
                run,
                f"{in_words(losses, options)}; {run} epochs were run: entries of {name}",
            )
        kinds = entry(seen, "types")
        known = {"float", "float64", "float32", "float16", "int"}
        require(
            kinds and set(kinds) <= known, f"the lists hold {', '.join(kinds)}", hint="`.item()` makes floats of them."
        )
        close(entry(seen, "val_loss"), losses[:run], f"{in_words(losses, options)}: val_loss in the history")


@points(1, hint="Sum up the losses of the epoch's own batches, and divide by their number; start from 0 in each epoch.")
def test_train_loss(observe, draw):
    """train_loss is the mean over the training data of its epoch."""
    seen = trained(observe, draw, [12, 12, 12], [30])
    told = seen.entry("train_loss")
    same(len(told), len(seen.epochs), "entries of train_loss")
    for epoch, (calls, (layer, _)) in enumerate(zip(seen.trained(3), seen.measured(), strict=True)):
        require(calls, f"epoch {epoch}: the model was not called with training data")
        running = np.mean([loss(call.layer, [seen.pairs[call.batches[0]]], 1 + call.train) for call in calls])
        afterwards, noisy = (loss(layer, seen.pairs, scale) for scale in (1, 2))
        right = isinstance(told[epoch], float) and np.isclose([running, afterwards], told[epoch], rtol=1e-4)
        why = " (that is afterwards in train mode)" if np.isclose(noisy, told[epoch], rtol=1e-4) else ""
        require(
            np.any(right),
            f"train_loss of epoch {epoch}: expected {running:.5f} (the mean while training) or {afterwards:.5f}"
            f" (afterwards, in eval mode), saw {told[epoch]!r}{why}",
        )


@points(1, hint="Weigh each batch mean by its samples, as the given `evaluate` does.")
def test_val_loss_counts_samples(observe, draw):
    """val_loss weighs samples, not batches, in every epoch."""
    pairs, layer, val = some_batches(draw, [12, 12]), some_layer(draw), some_batches(draw, [20, 20, 3])
    val[-1] = (3 * val[-1][0], (3 * val[-1][0] @ layer[0].T + layer[1]).argmin(1))  # a small, bad last batch
    seen = Transcript(observe(train, layer, pairs, val, {"epochs": 4, "lr": 0.01, "patience": PLENTY}), pairs, val)
    told = seen.entry("val_loss")
    same(len(told), len(seen.epochs), "entries of val_loss")
    for epoch, (value, (at, scale)) in enumerate(zip(told, seen.measured(), strict=True)):
        what = f"validation batches of 20, 20 and 3 samples: val_loss of epoch {epoch}"
        by_batch = np.mean([loss(at, [part], scale) for part in val])
        if isinstance(value, float) and np.isclose(value, by_batch, rtol=1e-5):
            what += " (the mean of the batch means: the last 3 samples count too much)"
        close(value, loss(at, val, scale), what)


@points(1, hint="Right answers over samples, of the validation data, after the epoch.")
def test_val_acc(observe, draw):
    """val_acc is the share of validation samples named right."""
    seen = trained(observe, draw, [12, 12], [20, 20, 5])
    told = seen.entry("val_acc")
    same(len(told), len(seen.epochs), "entries of val_acc")
    for epoch, (value, (at, _)) in enumerate(zip(told, seen.measured(), strict=True)):
        close(value, accuracy(at, seen.val), f"validation batches of 20, 20 and 5 samples: val_acc of epoch {epoch}")


@points(2, hint="Ask `early.step` with the validation loss after every epoch, and break when it says so.")
def test_stops_after_patience(observe, draw):
    """Training stops `patience` epochs after the best."""
    up, down = valley(draw, 30, 15), [round(0.97**epoch, 4) for epoch in range(40)]
    # {}: 30 epochs, patience 5. Equal is not better.
    cases = [
        (up, {"patience": 1, "epochs": 20}),
        (up, {}),
        (down, {}),
        ([0.9, 0.7] + [0.5] * 10, {"patience": 3, "epochs": 12}),
        (falling(draw, 0.6, 3e-4, 4), {"patience": 2, "epochs": 4}),
        (falling(draw, 20, 0.5, 4), {"patience": 2, "epochs": 4, "min_delta": 0.2}),
        (falling(draw, 0.9, 0.03, 4), {"patience": 2, "epochs": 4, "min_delta": 0.05}),
    ]
    for patience, min_delta in ((2, 0.0), (3, 0.05)):
        options = {"patience": patience, "min_delta": min_delta, "epochs": 25}
        cases.append((jagged(draw, patience, min_delta), options))
    for (losses, options), seen in zip(cases, followed(observe, cases), strict=True):
        what = in_words(losses, options)
        options = {"epochs": 30, "patience": 5, "min_delta": 0.0, **options}
        epochs, _, early = stop(
            losses[: options["epochs"]], options["epochs"], options["patience"], options["min_delta"]
        )
        run = epochs_run(seen)
        if run == options["epochs"] > epochs:
            what += "; ran to the end although val_loss rose"
        same(run, epochs, f"{what}: epochs run")
        if epochs < options["epochs"] or not early:
            same(entry(seen, "stopped_early"), early, f"{what}: stopped_early")


@points(1, hint="Note the number of the epoch whenever `early.counter` is 0 after `early.step`.")
def test_best_epoch(observe, draw):
    """best_epoch is the last improvement, counted from 0."""
    cases = [(valley(draw, 14), {"patience": patience, "epochs": 14}) for patience in (PLENTY, 3)]
    cases.append((jagged(draw, 3, 0.05), {"patience": 3, "min_delta": 0.05, "epochs": 25}))
    cases.append((high(draw), {"patience": 3, "epochs": 3}))
    for (losses, options), seen in zip(cases, followed(observe, cases), strict=True):
        run = epochs_run(seen)
        _, best, _ = stop(losses[:run], run, None, options.get("min_delta", 0.0))
        told, kind = entry(seen, "best_epoch"), entry(seen, "type_of_best_epoch")
        require(kind in WHOLE, f"best_epoch is a {kind}; it must be an int, the number of an epoch")
        same(told, best, f"{in_words(losses, options)}: best_epoch{' (it counts from 0)' if told == best + 1 else ''}")


@points(2, hint="`early.restore(model)` after the loop, whatever ended it.")
def test_hands_back_the_best(observe, draw):
    """The model handed back is the best one, also after all epochs."""
    cases = [(valley(draw, 14), {"patience": patience, "epochs": 14}) for patience in (2, PLENTY)]
    cases.append((jagged(draw, 3, 0.05), {"patience": 3, "min_delta": 0.05, "epochs": 25}))
    cases += [(high(draw), {"patience": 3, "epochs": 3}), (valley(draw, 7), {"patience": None, "epochs": 7})]
    ends = (", stopped early", ", ran to the end", "", "", ", ran to the end")
    for (losses, options), seen, end in zip(cases, followed(observe, cases), ends, strict=True):
        check_returned(seen, losses, options, end)


@points(1, hint="`state_dict()` has the buffers too; a list of parameters has not.")
def test_buffers_come_back(observe, draw):
    """Buffers are handed back with the weights they belong to."""
    losses, options = valley(draw, 14), {"patience": PLENTY, "epochs": 14}
    (seen,) = followed(observe, [(losses, options)])
    run, back = epochs_run(seen), epoch_of(seen)
    _, best, _ = stop(losses[:run], run, None, 0.0)
    epoch = best if back is None else back
    for dtype, at_end, then in zip(
        ("float32", "int64"), answers(seen["final"]["counted"], 2), seen["states"][epoch]["counted"], strict=True
    ):
        what = f"a buffer that counts the batches ({dtype}), weights of epoch {epoch} handed back: the buffer"
        close(shaped(at_end, (1,), what), then, what, rtol=0, atol=0)


@points(1, hint="None is no number: give EarlyStopping a patience that it cannot reach.")
def test_patience_none(observe, draw):
    """patience None runs all epochs."""
    losses, options = valley(draw, 16, 4), {"epochs": 16, "patience": None}
    (seen,) = followed(observe, [(losses, options)])
    same(epochs_run(seen), 16, f"{in_words(losses, options)}: epochs run")
    same(entry(seen, "stopped_early"), False, f"{in_words(losses, options)}: stopped_early")


@points(1, hint="`val_loss < best - min_delta` is False for NaN; ask that question, not the opposite one.")
def test_nan_is_a_bad_epoch(observe, draw):
    """An epoch with NaN is a bad one, whenever it comes."""
    a, b, c = (
        round(float(value), 3) for value in (draw.uniform(0.8, 1), draw.uniform(0.5, 0.7), draw.uniform(0.75, 0.79))
    )
    nan = math.nan
    cases = [
        ([a, nan, b, nan, nan, c], {"patience": 2, "epochs": 6}),
        ([nan, a, b, nan, c, nan], {"patience": 3, "epochs": 6}),
        ([nan, nan, a, c, b, math.inf], {"patience": 3, "epochs": 6}),
        ([a, a + 0.1, nan, a + 0.2, a + 0.3, a + 0.4], {"patience": 2, "epochs": 6}),
    ]
    for (losses, options), seen in zip(cases, followed(observe, cases), strict=True):
        epochs, _, early = stop(losses, 6, options["patience"], 0.0)
        same(epochs_run(seen), epochs, f"{in_words(losses, options)}: epochs run")
        if not early:
            same(len(entry(seen, "val_loss")), epochs, f"{in_words(losses, options)}: entries of val_loss")
        check_returned(seen, losses, options)
    pairs, val, layer = some_batches(draw, [6] * 12), some_batches(draw, [20]), some_layer(draw)
    pairs[6:] = [(np.full_like(x, nan), y) for x, y in pairs[6:]]
    options = {"epochs": 6, "lr": 0.05, "patience": 2}
    seen = Transcript(observe(train, layer, pairs, val, options, 6), pairs, val)
    starts = [
        call
        for last, call in zip([None, *seen.calls], seen.calls, strict=False)
        if call.source == "val" and getattr(last, "source", "") != "val"
    ]
    epochs, _, _ = stop([loss(call.layer, val, 1 + call.train) for call in starts], 6, 2, 0.0)
    same(len(starts), epochs, "training inputs NaN from some epoch on, patience 2: epochs run")
    late = [([nan] * patience + [0.5], {"epochs": 4, "patience": patience}) for patience in (2, 3)]
    for (losses, options), run in zip(late, answers(observe.each(count_epochs, late), 2), strict=True):
        same(run, options["patience"], f"{in_words(losses, options)}: epochs run")


@points(1, hint="If no epoch was an improvement there is no model to hand back: the given `restore` says so.")
def test_no_finite_loss(observe):
    """A training without one finite val_loss ends in a RuntimeError."""
    nan, inf = math.nan, math.inf
    bad = [([nan] * 4, {"epochs": 4, "patience": patience}) for patience in (None, 2, 9)]
    bad += [([inf] * 3, {"epochs": 3}), ([nan, inf, nan], {"epochs": 3, "patience": None})]
    good = [([0.9, 0.5], {"epochs": 2, "patience": 2})]
    observe.refuses(follow, bad, good, RuntimeError, "val_loss by epoch, options")
