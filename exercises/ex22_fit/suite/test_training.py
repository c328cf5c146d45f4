"""ex22, the two halves of an epoch: the weights are known at every call of the model, what must follow is computed."""

import numpy as np
from curves import adam, flat, gradient, some_batches, some_layer
from scenarios import hand_over, train, train_digits, train_elsewhere, try_fit
from transcript import Transcript, entry

from grader.suite import Raised, answers, between, close, digits, may_fail, points, require, same, shaped


def case(draw, sizes, val_sizes=(30,), rounds=0, **options):
    """The arguments of one training of a random linear model on random batches."""
    pairs, val, layer = some_batches(draw, sizes), some_batches(draw, val_sizes), some_layer(draw)
    return layer, pairs, val, {"epochs": 3, "lr": 0.05, "patience": 50, **options}, rounds


def transcripts(observe, scenario, cases):
    """What was seen of each training."""
    seen = answers(observe.each(scenario, cases), len(cases))
    for asked, answer in zip(cases, seen, strict=True):
        if isinstance(answer, Raised):
            observe(scenario, *asked)
    return seen


def transcript(observe, draw, sizes, **options):
    """One training of a random linear model, read from the calls of the model."""
    asked = case(draw, sizes, **options)
    return Transcript(observe(train, *asked), *asked[1:3])


# Adam, AdamW with its default decay, and AdamW whose biases (the last three of the numbers) go without.
DECAYS = np.zeros(15), np.full(15, 0.01), np.repeat([0.01, 0.0], [12, 3])


def steps_of_adam(gradients, lr, start, decay, fresh=()):
    """The changes of the weights by Adam with this decay of each weight, and how exactly they can be known."""
    directions, blur = adam(gradients, fresh)
    return -lr * (directions + decay * start), 1e-6 + lr * blur + 1e-3 * lr * 0.01


def first_step(steps, slope):
    """The learning rate that the first step shows for each decay: Adam's first step moves every weight by it."""
    change, start = steps[0][2] - steps[0][1].weights, steps[0][1].weights
    (direction,), _ = adam([slope])
    moved = np.abs(slope) > 1e-3
    return [float(np.median(np.abs(change / (direction + decay * start))[moved])) for decay in DECAYS]


def added_up(gradients, resets):
    """The sums of gradients that are never cleared, or only before the steps in `resets`."""
    sums = []
    for number, slope in enumerate(gradients):
        sums.append(slope if number == 0 or number in resets else sums[-1] + slope)
    return sums


@points(1, hint="Five lines per batch: zero_grad, forward, loss, backward, step; over all batches, in every epoch.")
def test_learns_digits(observe, draw):
    """It learns digits."""
    data, names = digits(), draw.permutation(10)  # each class gets the number of another one
    labels = [names[y] for y in (data.y_train, data.y_val, data.y_test)]
    question = data.x_train, labels[0], data.x_val, labels[1], data.x_test
    scores = shaped(
        observe(train_digits, *question, {"epochs": 20, "lr": 1e-2, "patience": None}),
        (1197, 10),
        "scores of new digits",
    )
    # 25 seeds gave 0.909 on average with a standard deviation of 0.0048: 0.87 is 8 of these away (normal tail 1e-15).
    may_fail(1e-15)
    right = float((scores.argmax(1) == labels[2]).mean())
    between(right, 0.87, 1, "share of 1197 new digits named right after 20 epochs on 200, lr 0.01")


@points(1, hint="`model.train()` belongs at the start of every epoch: whoever measures switches to eval mode.")
def test_train_mode(observe, draw):
    """The model is in train mode in every epoch's training."""
    seen = transcript(observe, draw, [12, 12])
    require(seen.steps(), "no weight changed in the whole training")
    for epoch, calls in enumerate(seen.trained(2)):
        require(calls, f"epoch {epoch}: the model was not called with training data")
        modes = [mode for call in calls for mode in call.layers]
        require(True in modes, f"epoch {epoch}: the model was in eval mode while it was trained, so dropout was off")
        require(
            False not in modes,
            f"epoch {epoch}: not every layer was in train mode in every training call; model.train() sets them all",
        )


@points(1, hint="The given `evaluate` switches to eval mode and back, and measures under no_grad.")
def test_eval_mode(observe, draw):
    """The model is in eval mode in every validation, and no graph is built."""
    seen = transcript(observe, draw, [12, 12])
    for epoch, (_, calls) in enumerate(seen.epochs):
        modes = [mode for call in calls for mode in call.layers]
        require(False in modes, f"epoch {epoch}: validation ran in train mode, so dropout was on")
        require(
            True not in modes,
            f"epoch {epoch}: not every layer was in eval mode in every validation; model.eval() sets them all",
        )
        require(
            not any(call.graph for call in calls),
            f"epoch {epoch}: validation built a graph for backward; it belongs under torch.no_grad()",
        )
    require(seen.steps(), "no weight changed in the whole training")


@points(1, hint="`optimizer.step()` stands inside the loop over the batches.")
def test_one_step_per_batch(observe, draw):
    """One optimizer step per batch, for every batch of every epoch."""
    seen = transcript(observe, draw, [10, 10, 10, 4])
    taken = [[call.batches for number, call, _ in seen.steps() if number == epoch] for epoch in range(len(seen.epochs))]
    for epoch, batches in enumerate(taken):
        same(len(batches), 4, f"epoch {epoch}, 4 batches: updates of the weights")
        same(batches, [[0], [1], [2], [3]], f"epoch {epoch}: batches that the updates belong to, in order")
    same(len(taken), 3, "epochs=3: epochs of training")


@points(
    2,
    hint="Per batch zero_grad, backward, step, no more; one Adam before the first epoch, given lr and nothing else.",
)
def test_steps_of_adam(observe, draw):
    """Every step is Adam's, from the gradient of its batch alone."""
    layer, pairs, val, options, _ = case(draw, [10, 10, 10, 4], min_delta=0.9)  # all epochs but the first are bad
    pairs[1:] = [(np.float32(0.02) * x, y) for x, y in pairs[1:]]  # so that second moments fall, too
    seen = Transcript(observe(train, layer, pairs, val, options), pairs, val)
    steps = seen.steps()
    require(len(steps) > 1, f"{len(steps)} updates of the weights in 3 epochs of 4 batches")
    slopes = [gradient(call.layer, seen.pairs[call.batches[0]], 1 + call.train) for _, call, _ in steps]
    start, changes = (np.array(part) for part in zip(*((c.weights, w - c.weights) for _, c, w in steps), strict=True))
    new = [i for i in range(1, len(steps)) if steps[i][0] != steps[i - 1][0]]

    def wrong(gradients, fresh=()):
        """The first step that is neither Adam's nor AdamW's for these gradients; None if all are."""
        firsts = []
        for decay, lr in zip(DECAYS, first_step(steps, slopes[0]), strict=True):
            expected, blur = steps_of_adam(gradients, lr, start, decay, fresh)
            bad = (np.abs(changes - expected) > blur).any(1)
            firsts.append(int(bad.argmax()) if bad.any() else len(steps))
        return None if max(firsts) == len(steps) else max(firsts)

    place = wrong(slopes)
    if place is None:
        return
    if wrong(added_up(slopes, ())) is None or wrong(added_up(slopes, new)) is None:
        why = ": gradients of two batches were added; clear them in every step"
    elif wrong(slopes, new) is None:
        why = ": the optimizer was made anew in every epoch and forgets what it has averaged"
    else:
        why = ", nor is it AdamW's, with the gradient of that batch's mean cross entropy as it is and default arguments"
    number, call, _ = steps[place]
    require(False, f"epoch {number}, batch {call.batches[0]}: the step is not that of Adam{why}")


@points(1, hint="Hand `lr` to the optimizer, and keep it as it is.")
def test_learning_rate(observe, draw):
    """The learning rate is the given one."""
    lr = round(draw.uniform(0.02, 0.1), 3)
    asked = [case(draw, [10, 10], epochs=1, lr=rate) for rate in (lr, 1e-3)]
    del asked[1][3]["lr"]
    for (_, pairs, val, options, _), answer in zip(asked, transcripts(observe, train, asked), strict=True):
        seen, rate = Transcript(answer, pairs, val), options.get("lr", 1e-3)
        steps = seen.steps()
        require(steps, "no weight changed in the whole training")
        change = np.abs(steps[0][2] - steps[0][1].weights)
        what = f"lr {rate:g}{'' if 'lr' in options else ', the default'}: how far the first step of Adam moves a weight"
        close(float(np.median(change)), rate, what, rtol=0.04, atol=0)


@points(1, hint="Validation measures: no backward, no step, and none of its numbers in the training.")
def test_validation_never_trains(observe, draw):
    """Validation data never trains, and nothing but a step changes the model."""
    layer, pairs, val, options, _ = case(draw, [10, 10, 10], epochs=1)
    longer = case(draw, [12, 12], epochs=10, lr=0.3)
    asked = [(layer, pairs, val, options), (layer, pairs, some_batches(draw, [40]), options), longer]
    *seen, last = transcripts(observe, train, asked)
    ends = [
        [shaped(part, np.shape(old), "the model's weights") for part, old in zip(one["final"], layer, strict=True)]
        for one in seen
    ]
    first, second = map(flat, ends)
    close(second, first, "one epoch with another validation set: the weights depend on it", rtol=0, atol=0)
    require(not np.allclose(first, flat(layer)), "one epoch: the returned model has the weights with which it came")
    for call in Transcript(last, *longer[1:3]).calls[:-1]:
        require(
            not (call.steps and call.source == "val"),
            "the weights were others after a call with validation data than at that call",
        )


@points(1, hint="`for inputs, targets in train_loader` inside the loop over the epochs; keep no list of the batches.")
def test_loaders_are_iterated_anew(observe, draw):
    """The training loader is iterated anew in each epoch."""
    rounds, epochs = 12, 4  # a loader may be read twice per epoch, if train_loss is measured afterwards
    seen = transcript(observe, draw, [6] * (2 * rounds), rounds=rounds, epochs=epochs)
    used = []
    for epoch, calls in enumerate(seen.trained(2)):
        require(calls, f"epoch {epoch}: the model was not called with training data")
        turns = sorted({number // 2 for call in calls for number in call.batches})
        again = [turn for turn in turns if turn in used]
        require(not again, f"epoch {epoch} saw the batches of epoch {used.index(again[0]) if again else 0} again")
        same(len(turns), 1, f"epoch {epoch}: iterations of the loader that its batches come from")
        used += turns
    same(len(used), epochs, "epochs of training")


@points(1, hint="`model.to(device)` once, and `inputs.to(device)` and `targets.to(device)` in every batch.")
def test_device(observe, draw):
    """Model and batches are moved to the device."""
    layer, pairs, val, options, _ = case(draw, [10, 6], val_sizes=(12, 5), epochs=2)
    here = Transcript(observe(train, layer, pairs, val, options), pairs, val).entry("val_loss")
    require(here and here[0] != here[-1], f"val_loss in two epochs of training: {here}")
    asked = [(layer, pairs, val, {**options, "device": "cpu:1"}, named) for named in (True, False)]
    for seen in transcripts(observe, train_elsewhere, asked):
        require(seen["places"], "the model was never called")
        for inputs, model in (answers(call, 2) for call in seen["places"]):
            what = "a pretended second device cpu:1: the {} stood on cpu when the model was called"
            require(inputs != "cpu", what.format("inputs"))
            require(model != "cpu", what.format("model"))
        close(entry(seen, "val_loss"), here, "val_loss on a pretended second device cpu:1, against cpu")


@points(1, hint="`model(inputs)`, with the inputs as the loader gives them: no `float()`, no `flatten`.")
def test_inputs_reach_the_model_as_they_are(observe, draw):
    """The inputs reach the model in the shape and dtype in which the loader gives them."""
    x, x_val = (draw.integers(0, 8, (n, 3, 2)) for n in (12, 10))
    y, y_val = (part.reshape(len(part), -1).max(1) % 3 for part in (x, x_val))
    seen = observe(hand_over, x, y, x_val, y_val)
    forms = [answers(form, 2) for form in seen["forms"]]
    require(forms, "the model was never called")
    for dtype, shape in forms:
        same(dtype, "torch.int64", "batches of 3 x 2 token ids (int64): dtype of the inputs that the model was given")
        same(list(shape), [3, 2], "batches of 3 x 2 token ids: shape of each input that the model was given")
    require(
        np.isfinite(entry(seen, "val_loss")).all(), f"val_loss of a training on token ids: {entry(seen, 'val_loss')}"
    )


@points(1, hint="Check `epochs` before anything is trained.")
def test_no_epochs_are_refused(observe):
    """epochs below 1 is refused."""
    observe.refuses(try_fit, [0, -1, -30], [1, 2, 3], ValueError, "fit with epochs")
