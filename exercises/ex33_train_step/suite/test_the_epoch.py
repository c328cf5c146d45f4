"""ex33, an epoch: one update per batch, and the mean loss over all samples."""

import numpy as np
from networks import epoch, epochs, try_epoch
from oracle import affine, gap, sgd, slope, some_batches, some_layer, standardized, tiny, told, trained

from grader.suite import answers, close, normal, points, require, shaped


@points(2, hint="Each batch makes one update, in the order in which the loader gives them.")
def test_epoch_updates(observe, draw):
    """An epoch makes one update per batch, in order."""
    layer, rule, batches = some_layer(draw), sgd(draw), some_batches(draw, [6, 4, 6, 1])
    seen = observe(epoch, layer, batches, rule, "squares", "plain")
    path = trained(layer, batches, rule)[1]
    both = tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))
    cases = {
        "nothing was learned": layer,
        "the last batch was left out": path[-2],
        "only the first batch was used": path[0],
        "the batches came in another order": trained(layer, batches[::-1], rule)[1][-1],
        "all batches made one single step": trained(layer, [both], rule)[1][-1],
        "the batches were used twice": trained(layer, [*batches, *batches], rule)[1][-1],
    }
    close(seen["weights"], path[-1], f"4 batches: weight and bias after the epoch{told(seen['weights'], cases)}")
    batches, rule = some_batches(draw, [1, 2] * 60), ("SGD", {"lr": 0.001, "momentum": 0.99})
    path = trained(layer, [*batches, *batches], rule)[1]
    for number, (_, after) in enumerate(answers(observe(epochs, layer, [batches, batches], rule), 2), 1):
        what = f"epochs of 120 batches, SGD with momentum: weight and bias after epoch {number}"
        close(after, path[120 * number - 1], what, rtol=1e-3, atol=1e-4)


@points(3, hint="A batch mean stands for `len(yb)` samples: weigh it by that, and divide once, at the end.")
def test_epoch_mean_per_sample(observe, draw):
    """The epoch's loss is a plain float: the mean per sample, each before its update."""
    layer = some_layer(draw)
    batches = [*some_batches(draw, [16, 12]), (normal(draw, 3, 3), 5 + normal(draw, 3, 2))]
    near = [(part, affine(layer, part) + 0.1) for part in (normal(draw, 5, 3), normal(draw, 2, 3))]
    for lr, part, loss in ((0.0, batches, "squares"), (0.2, batches[1:], "squares"), (0.1, near, "product")):
        seen = observe(epoch, layer, part, ("SGD", {"lr": lr}), loss)
        result, sizes = seen["result"], [len(x) for x, _ in part]
        first = {call[0]: call[1:] for call in reversed(seen["calls"])}
        require(set(first) == set(sizes), f"the model was called with {sorted(first)} rows, the batches have {sizes}")
        losses = [slope(first[len(x)], (x, y), loss)[0] for x, y in part]
        late = [slope(seen["weights"], batch, loss)[0] for batch in part]
        value, hint, mean = result["value"], "", float(np.average(losses, weights=sizes))
        wrong = {
            f"the mean of the batch means: {sizes[-1]} samples weigh as much as {sizes[0]}": np.mean(losses),
            "the sum of the batch means": sum(losses),
            "the sum over all samples": mean * sum(sizes),
            "the loss of the last batch": losses[-1],
            "losses measured after the updates": np.average(late, weights=sizes) if lr else np.inf,
        }
        if isinstance(value, float):
            hint = next((f" ({words})" for words, one in wrong.items() if np.isclose(value, one, rtol=1e-5)), "")
        told_sizes = ", ".join(map(str, sizes))
        close(value, mean, f"batches of {told_sizes} samples, learning rate {lr}: mean loss per sample{hint}")
        require(result["graph"] is False, "the epoch's loss still carries the graphs of its batches")
        require("float" in result["types"], f"the epoch's loss is a {result['types'][0]}, no plain float")
    (start, small), nothing = tiny(draw, [6, 4, 3, 2]), [0 * part for part in layer]
    zero = [(normal(draw, size, 3), np.zeros((size, 2), np.float32)) for size in (3, 2)]
    for what, first, loaders in (
        ("losses of about a millionth", start, [small[:2], small[2:]]), ("all losses 0", nothing, [zero, zero[::-1]]),
    ):  # fmt: skip
        seen = answers(observe(epochs, first, loaders, ("SGD", {"lr": 0.0})), 2)
        for number, ((value, _), part) in enumerate(zip(seen, loaders, strict=True), 1):
            mean = float(np.average([slope(first, batch)[0] for batch in part], weights=[len(x) for x, _ in part]))
            close(value, mean, f"{what}: mean loss per sample of epoch {number}", rtol=1e-3, atol=1e-10)


@points(1, hint="Let the epoch call `train_step`, and all of this holds by itself.")
def test_epoch_steps_are_clean(observe, draw):
    """Each update of an epoch takes one call in train mode, and clean gradients."""
    layer, batches = some_layer(draw), some_batches(draw, [5, 4])
    seen = observe(epoch, layer, batches, ("SGD", {"lr": 0.0}), "squares", "told")
    value, hint, calls = seen["result"]["value"], "", len(seen["calls"])
    means = [
        np.average([slope(layer, batch, "squares", scale)[0] for batch in batches], weights=[5, 4])
        for scale in (1, 2, 4)
    ]
    if isinstance(value, float):
        hint = next((" (layers were in eval mode)" for one in means[:2] if np.isclose(value, one, rtol=1e-4)), "")
    close(value, means[2], f"a model that came in eval mode: the epoch's loss in train mode{hint}")
    seen_normed = observe(epoch, layer, batches, ("SGD", {"lr": 0.0}), "squares", "normed")["result"]["value"]
    normed = float(np.average([standardized(layer, batch) for batch in batches], weights=[5, 4]))
    close(
        seen_normed, normed, "batch norm and dropout that came in eval mode: the epoch's loss in train mode", rtol=1e-3
    )
    require(calls == 2, f"2 batches: the model was called {calls} times, expected one call per batch")
    old, rule = [normal(draw, *part.shape) for part in layer], sgd(draw)
    asked = (layer, batches, rule, "squares", "plain")
    clean = observe(epoch, *asked)["weights"]
    for part, start in zip(answers(clean, 2), layer, strict=True):
        shaped(part, start.shape, "weight and bias after an epoch")
    require(gap(clean, layer) > 1e-3, "nothing was learned in an epoch of 2 batches")
    seen = observe(epoch, *asked, old)["weights"]
    close(seen, clean, "an epoch with old numbers in .grad beforehand, against one without: weight and bias")


@points(1, hint="Count the samples while you read them: a generator has no length and can be read only once.")
def test_any_loader(observe, draw):
    """The loader may be a generator, and is read once from start to end."""
    # verify: ignores stretched (a loss is judged, a single number)
    layer, sizes = some_layer(draw), [5, 5, 2]
    batches = some_batches(draw, sizes)
    expected = float(np.average([slope(layer, batch)[0] for batch in batches], weights=sizes))
    kinds = {"lists": "a list of lists", "generator": "a generator", "stream": "an object with `__iter__` alone"}
    for loader, what in kinds.items():
        seen = observe(epoch, layer, batches, ("SGD", {"lr": 0.0}), "squares", "plain", None, loader)
        close(seen["result"]["value"], expected, f"{what} as loader: mean loss per sample")


@points(1, hint="If the number of samples is still 0 after the loop, there was nothing to train on.")
def test_empty_loader(observe):
    """An empty loader is refused."""
    good = [([3], False), ([3, 3, 1], True), ([1], True)]
    observe.refuses(try_epoch, [([], False), ([], True)], good, ValueError, "sizes of the batches, generator")
