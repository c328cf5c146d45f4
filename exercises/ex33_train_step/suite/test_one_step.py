"""ex33, one update: the examiner computes loss, gradient and step of a linear model by hand."""

import numpy as np
from networks import epoch, step, step_in_a_row_and_afresh, step_on_tokens
from oracle import affine, cosine, labeled, sgd, slope, some_batches, some_layer, standardized, tiny, told, trained

from grader.suite import Raised, answers, close, normal, points, public, require


def each_stepped(observe, cases):
    """`step` of each case; what it raised is raised here."""
    seen = answers(observe.each(step, cases), len(cases))
    for case, answer in zip(cases, seen, strict=True):
        if isinstance(answer, Raised):
            observe(step, *case)
    return seen


def usual(layer, batch, rule):
    """What one step of SGD comes to if something usual goes wrong."""
    lr = rule[1]["lr"]
    (_, grads) = slope(layer, batch)
    along = {
        times: [p - times * lr * g for p, g in zip(layer, grads, strict=True)] for times in (0, 2, -1, len(batch[0]))
    }
    return {
        "nothing moved: the step needs gradients, so backward comes before it and clearing not in between": along[0],
        "the step went against the loss: uphill": along[-1],
        "moved twice as far: one backward and one step for each batch": along[2],
        "the gradient of the sum over the samples, not of the loss that loss_fn gave": along[len(batch[0])],
    }


@points(2, hint="`loss.backward()` fills `.grad`, `optimizer.step()` reads it: w becomes w - lr * grad.")
@public
def test_one_step_is_sgd(observe, draw):
    """One step equals hand-computed SGD."""
    cases = [(some_layer(draw), some_batches(draw, [size]), sgd(draw)) for size in (8, 5, 1)]
    for (layer, batches, rule), seen in zip(cases, each_stepped(observe, cases), strict=True):
        expected = trained(layer, batches, rule)[1][0]
        (after,) = answers(seen["path"], 1)
        hint = told(after, usual(layer, batches[0], rule))
        close(after, expected, f"weight and bias after one step of SGD on {len(batches[0][0])} samples{hint}")
    (layer, batches), rule = tiny(draw, [6]), sgd(draw)
    (after,) = answers(observe(step, layer, batches, rule)["path"], 1)
    expected = trained(layer, batches, rule)[1][0]
    close(after, expected, "weights and targets of about 0.001: weight and bias after one step", rtol=1e-3, atol=1e-8)


@points(2, hint="`backward()` adds to what stands in `.grad`: clear it before.")
def test_old_gradients_do_not_leak_in(observe, draw):
    """Old gradients do not leak into a step."""
    layer, rule, batches = some_layer(draw), sgd(draw), some_batches(draw, [6, 4, 5])
    old = [normal(draw, *part.shape) for part in layer]
    path, afresh = answers(observe(step_in_a_row_and_afresh, layer, batches, rule), 2)
    along = cosine(answers(path, 3)[0], layer, slope(layer, batches[0])[1])
    require(along > 0.99, "the first of three steps does not go along the gradient of its own batch")
    for number, (after, alone) in enumerate(zip(path, answers(afresh, 3), strict=True), 1):
        what = f"step {number} of three in a row, against the same step of a fresh model (it used the sum of gradients)"
        close(after, alone, f"{what}: weight and bias")
    (after,) = answers(observe(step, layer, batches[:1], rule, "squares", "plain", old)["path"], 1)
    close(after, path[0], "a step with old numbers in .grad beforehand, against one without: weight and bias")
    after, clean = (
        answers(observe(step, layer, batches[:1], rule, "squares", "told", beforehand)["path"], 1)[0]
        for beforehand in (old, None)
    )
    close(after, clean, "the same of a model that comes in eval mode: weight and bias")


@points(2, hint="Take the number out of the loss that you went backward from: `.item()`.")
def test_returns_the_loss_before_the_update(observe, draw):
    """Returns a plain float: the loss before the update."""
    layers, x = [some_layer(draw) for _ in range(3)], normal(draw, 5, 3)
    near = [(x, affine(layers[1], x) + 0.1 * normal(draw, 5, 2))]
    batches, rule = [some_batches(draw, [6]), near, some_batches(draw, [1])], ("SGD", {"lr": 0.5})
    losses = ("squares", "product", "lopsided")
    cases = [(layer, part, rule, loss) for layer, part, loss in zip(layers, batches, losses, strict=True)]
    for (layer, ((x, y),), _, loss), seen in zip(cases, each_stepped(observe, cases), strict=True):
        (result,) = answers(seen["results"], 1)
        (after,) = answers(seen["path"], 1)
        before, value, hint = slope(layer, (x, y), loss)[0], result["value"], ""
        if isinstance(value, float) and np.isclose(value, slope(after, (x, y), loss)[0], rtol=1e-4):
            hint = " (this is the loss after the update)"
        elif isinstance(value, float) and len(x) > 1 and np.isclose(value, before * len(x), rtol=1e-4):
            hint = " (this is the sum over the samples)"
        close(value, before, f"the loss returned{hint}")
        require(result["graph"] is False, "the loss returned still carries its graph, which stays in memory with it")
        require("float" in result["types"], f"the loss returned is a {result['types'][0]}, no plain float")
    layer, batches = tiny(draw, [6])
    (result,) = answers(observe(step, layer, batches, ("SGD", {"lr": 0.5}))["results"], 1)
    expected = slope(layer, batches[0])[0]
    close(result["value"], expected, "a loss of about a millionth: the loss returned", rtol=1e-3, atol=1e-10)


@points(2, hint="`model.train()` switches the model and all layers in it; do it before the model is called.")
def test_train_mode(observe, draw):
    """The whole model is in train mode, though it came in eval mode."""
    # verify: ignores stretched (a loss is judged, a single number)
    layer, batches = some_layer(draw), some_batches(draw, [7])
    expected = slope(layer, batches[0], "squares", 4)[0]
    for kind, what in (("told", "came in eval mode"), ("inner", "came in train mode, its layers in eval mode")):
        seen = observe(step, layer, batches, ("SGD", {"lr": 0.0}), "squares", kind)
        (result,) = answers(seen["results"], 1)
        value, hint = result["value"], ""
        for words, scale in (
            ("all layers were in eval mode: dropout would be off while training", 1),
            ("the layers inside the model, or the model itself, were in eval mode", 2),
        ):
            if isinstance(value, float) and np.isclose(value, slope(layer, batches[0], "squares", scale)[0], rtol=1e-4):
                hint = f" ({words})"
        close(value, expected, f"a model that {what}: its loss in train mode{hint}")
    seen = observe(step, layer, batches, ("SGD", {"lr": 0.0}), "squares", "normed")
    (result,) = answers(seen["results"], 1)
    what = "a model with batch norm and dropout that came in eval mode: its loss in train mode"
    close(result["value"], standardized(layer, batches[0]), what, rtol=1e-3)


@points(1, hint="Keep what the first call of the model gave: each further call costs as much again.")
def test_one_call_and_one_update(observe, draw):
    """The model is called once, and the optimizer makes one step."""
    # verify: ignores stretched (a loss is judged, a single number)
    layer, batches = some_layer(draw), some_batches(draw, [6])
    seen = observe(step, layer, batches, ("SGD", {"lr": 0.0}), "squares", "counting")
    for key, what in (("calls", "calls of the model"), ("updates", "steps of the optimizer")):
        require(seen[key] == 1, f"one batch: expected 1, saw {seen[key]} {what}")
    (result,) = answers(seen["results"], 1)
    expected = slope(layer, batches[0])[0]
    close(result["value"], expected, "a model that adds the number of earlier calls to its scores: loss")


@points(2, hint="Leave the update to `optimizer.step()` and the loss to `loss_fn(predictions, yb)`.")
def test_any_optimizer_and_loss(observe, draw):
    """Works for any optimizer and loss."""
    regression, classes = some_batches(draw, [6, 5, 6, 4]), labeled(draw, [6, 5, 6, 4])
    narrow, wide = some_layer(draw), some_layer(draw, 3, 4)
    both, momentum, decay = ("weight", "bias"), {"lr": 0.2, "momentum": 0.9}, {"lr": 0.1, "weight_decay": 0.3}
    cases = {
        "SGD with momentum, cross entropy": (wide, classes, ("SGD", momentum), "cross entropy", both),
        "SGD with weight decay, squared error": (narrow, regression, ("SGD", decay), "squares", both),
        "Adam, a loss that punishes high predictions": (narrow, regression, ("Adam", {"lr": 0.05}), "lopsided", both),
        "SGD, a loss that may be negative": (narrow, regression, ("SGD", {"lr": 0.3}), "product", both),
        "an optimizer that holds the weight only": (narrow, regression, ("SGD", {"lr": 0.1}), "squares", both[:1]),
        "an optimizer that holds the bias only": (wide, classes, ("Adam", {"lr": 0.1}), "cross entropy", both[1:]),
    }  # fmt: skip
    asked = [(*case[:4], "plain", None, case[4], True) for case in cases.values()]
    for (what, (layer, batches, rule, loss, held)), seen in zip(
        cases.items(), each_stepped(observe, asked), strict=True
    ):
        path = trained(layer, batches, rule, loss, 1, [name in held for name in both])[1]
        for number, (after, expected) in enumerate(zip(answers(seen["path"], 4), path, strict=True), 1):
            close(after, expected, f"{what}: weight and bias after step {number}", rtol=1e-3, atol=1e-4)


@points(1, hint="Hand the batch to the model as it comes: `model(xb)`.")
def test_model_gets_the_batch(observe, draw):
    """The model itself is called, with the batch as it is."""
    # verify: ignores stretched (a loss is judged, a single number)
    layer, batches = some_layer(draw), some_batches(draw, [6])
    seen = observe(step, layer, batches, ("SGD", {"lr": 0.0}), "squares", "hooked")
    (result,) = answers(seen["results"], 1)
    value, hint = result["value"], ""
    if isinstance(value, float) and np.isclose(value, slope(layer, batches[0])[0], rtol=1e-4):
        hint = " (the hook was passed by: model.forward(xb) is not model(xb))"
    close(value, slope(layer, batches[0], "squares", 2)[0], f"a model with a forward hook: loss{hint}")
    doubled = [2 * part for part in layer]
    hooked, plain = (
        observe(epoch, one, batches, ("SGD", {"lr": 0.0}), "squares", kind)["result"]["value"]
        for one, kind in ((layer, "hooked"), (doubled, "plain"))
    )
    close(hooked, plain, "a hook that doubles the scores, against doubled weights: the loss of an epoch", rtol=1e-3)
    table, y, tokens = normal(draw, 5, 3), normal(draw, 7, 2, 2, 3), draw.integers(0, 5, (7, 2, 2))
    seen = observe(step_on_tokens, table, tokens, y)
    close(seen, ((table[tokens] - y) ** 2).mean(), "an embedding of int64 tokens (7, 2, 2): loss")
