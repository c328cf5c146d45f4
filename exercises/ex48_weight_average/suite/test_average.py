"""ex48, WeightAverage: means of states drawn anew, and what the exchange leaves behind."""

import numpy as np
from networks import (
    FLOATS,
    WHOLE,
    averaged,
    exchanged,
    make,
    mean,
    modes,
    moved_on,
    moving,
    one_sided,
    outlived,
    part,
    side_by_side,
    some_state,
    states,
    swap_after,
    trained,
)  # fmt: skip

from grader.suite import answers, close, normal, points, require, same, shaped

WEIGHTS = ("0.weight", "2.inner.weight")


def judged(seen, history, expected, misread, what):
    """The weights inside an exchange against their average; the misread rule that gives what was seen is named."""
    for name in WEIGHTS:
        values = [state[name] for state in history]
        found, right = part(seen, name, values[0], what), expected(values)
        named = [why for why, rule in misread.items() if np.allclose(found, rule(values), rtol=1e-4, atol=1e-5)]
        off = not np.allclose(found, right, rtol=1e-4, atol=1e-5)
        close(found, right, f"{what}: {name}" + (f" ({named[0]})" if named and off else ""))


@points(2, hint="The n-th update moves the mean by 1 / n of the way to the new weights.")
def test_plain_mean(observe, draw):
    """Without a decay it is the plain mean of all updates."""
    misread = {
        "these are the newest weights: was the average a copy?": lambda v: v[-1],
        "these are the first weights": lambda v: v[0],
        "this is the sum, which nothing has divided": lambda v: sum(v),
        "each update goes half of the way": lambda v: moving(v, 0.5),
        "it is divided by one too many: a start at 0 counts as an update": lambda v: sum(v) / (len(v) + 1),
        "the sum is divided by one too few": lambda v: sum(v) / max(len(v) - 1, 1),
        "the first weights are left out": lambda v: mean(v[1:]) if len(v) > 1 else v[0],
    }
    for count, default, double in ((4, False, False), (7, True, False), (1, False, False), (3, False, True)):
        history = states(draw, count)
        what = f"WeightAverage({'' if default else None}), {count} update{'s' * (count > 1)}"
        what += " of a model in float64" * double
        judged(observe(averaged, None, history, default, double), history, mean, misread if count > 2 else {}, what)


@points(2, hint="decay · average + (1 - decay) · now, and the first update copies the weights.")
def test_moving_average(observe, draw):
    """With a decay it is the moving average, which begins with the first weights."""
    for count, decay in ((4, 0.5), (5, round(float(draw.uniform(0.6, 0.9)), 3)), (1, 0.9), (3, 0.0)):
        history = states(draw, count)
        misread = {
            "it began at 0, not with the first weights": lambda v, d=decay: moving(v, d, 0.0),
            "decay and 1 - decay are swapped": lambda v, d=decay: moving(v, 1 - d),
            "these are the newest weights: was the average a copy?": lambda v: v[-1],
            "these are the first weights": lambda v: v[0],
            "this is the plain mean": mean,
            "it began at 0 and was corrected, as in Adam": lambda v, d=decay: moving(v, d, 0.0) / (1 - d ** len(v)),
        }
        what = f"WeightAverage({decay}), {count} update{'s' * (count > 1)}"
        judged(observe(averaged, decay, history), history, lambda v, d=decay: moving(v, d), misread, what)
    history, decays = states(draw, 3), (None, 0.7)
    for decay, seen in zip(decays, answers(observe(side_by_side, decays, history), 2), strict=True):
        alone = observe(averaged, decay, history)
        for name in WEIGHTS:
            what = (
                f"two averages of one model, WeightAverage(None) and WeightAverage(0.7): {name} of the one with {decay}"
            )
            hint = "What an average remembers belongs to the object: make it in `__init__`, on `self`."
            close(part(seen, name, history[0][name], what), part(alone, name, history[0][name], what),
                  f"{what}, against the same average alone", hint=hint)  # fmt: skip


@points(1, hint="`model.state_dict()` has parameters and buffers; whatever is a floating-point number is averaged.")
def test_float_buffers(observe, draw):
    """Floating-point buffers and frozen parameters are averaged like the other weights."""
    for decay in (None, 0.7):
        history, signs = one_sided(draw, 3)
        for state in history:  # every vector the same numbers: what the average does is judged elsewhere
            state["1.running_mean"] = state["0.bias"] = state["1.running_var"] = state["1.weight"]
        seen = observe(averaged, decay, history)
        what = f"WeightAverage({decay}), 3 updates"
        weight = part(seen, "1.weight", history[0]["1.weight"], what)
        require((weight * signs["1.weight"] > 0).all(), f"{what}: 1.weight is {weight}")
        ends = {"the newest one": history[-1]["1.weight"], "the first one": history[0]["1.weight"]}
        told = [why for why, values in ends.items() if np.allclose(weight, values, rtol=1e-4)]
        require(not told, f"{what}: 1.weight is {told[0] if told else ''}")
        for name in ("0.bias", "1.running_mean", "1.running_var"):
            found = part(seen, name, weight, what)
            why = " (it is the newest one)" if np.allclose(found, ends["the newest one"], rtol=1e-5) else ""
            kind = "frozen parameter" if name == "0.bias" else "buffer"
            close(found, weight, f"{what}: the {kind} {name}, against a weight with the same numbers{why}")


@points(1, hint="Integers do not take fractions, and a mean of counters means nothing: `is_floating_point()`.")
def test_integer_buffers(observe, draw):
    """Integer buffers are not averaged: the newest one is taken over."""
    # verify: ignores nan (integers only)
    for decay in (None, 0.7):
        history = states(draw, 3)
        seen = observe(averaged, decay, history)
        for name in WHOLE:
            what = f"WeightAverage({decay}), 3 updates"
            found = part(seen, name, history[-1][name], what)
            first = np.array_equal(found, history[0][name])
            same(found, history[-1][name], f"{what}: the integer buffer {name}{' (the first one)' * first}")


@points(1, hint="`state_dict()` and `parameters()` hand out the model's own tensors: clone what you keep.")
def test_average_is_a_copy(observe, draw):
    """The average is a copy, and an update leaves the model alone."""
    for decay in (None, 0.7):
        first, second, later = states(draw, 3)
        inside, before, after = answers(observe(moved_on, decay, [first], later), 3)
        for name in FLOATS:
            what = f"WeightAverage({decay}), one update, then the model moved on: the average's {name}"
            found = part(inside, name, first[name], what)
            went = np.allclose(found, later[name], rtol=1e-5)
            close(found, first[name], what + (" (the average moved with the model)" if went else ""))
            same(part(before, name, first[name], what), first[name], f"{name} before the update")
        same(after, before, f"WeightAverage({decay}): the model after an update, against before")
        inside, before, after = answers(observe(moved_on, decay, [first, second], later), 3)
        same(after, before, f"WeightAverage({decay}): the model after the second update, against before")
        stayed = observe(averaged, decay, [first, second])
        for name in FLOATS + WHOLE:
            what = f"WeightAverage({decay}), two updates, then the model moved on: the average's {name}"
            found = part(inside, name, later[name], what)
            went = " (it moved with the model)" if np.allclose(found, later[name], rtol=1e-5) else ""
            same(found, part(stayed, name, later[name], name), f"{what}{went}, against a model that did not move")


@points(2, hint="Clone the model's own state first; then copy numbers in, and afterwards copy the clones back.")
def test_swapped(observe, draw):
    """Inside the `with` the model holds the average, afterwards its own state, bit for bit."""
    for decay, how in ((None, "nothing"), (0.7, "write")):
        first, own = states(draw, 2)
        inside, after, _ = answers(observe(exchanged, decay, first, own, how), 3)
        for name in FLOATS:
            what = f"{name}, one update" + (", written over inside the with" if how == "write" else "")
            close(part(inside, name, first[name], what), first[name], f"{what}: inside")
        for name in FLOATS + WHOLE:
            found = part(after, name, own[name], name)
            still = " (still the average)" if np.array_equal(found, first[name]) else ""
            same(found, own[name], f"{name} after the with{still}")


@points(1, hint="`try:` around the `yield`, and the way back in `finally:`.")
def test_exception_inside(observe, draw):
    """After an exception the model has its own state again, and the exception is passed on."""
    hint = "`except Exception` does not see KeyboardInterrupt, which stops a cell: `finally:` runs in every case."
    for how, text in (("raise", "'evaluation broke down'"), ("stop", "stopped by hand")):
        first, own = states(draw, 2)
        inside, after, came = answers(observe(exchanged, None, first, own, how), 3)
        kind = "an exception" if how == "raise" else "a KeyboardInterrupt"
        require(isinstance(inside, dict), f"{kind} came before the block inside the with had begun")
        for name in FLOATS + WHOLE:
            found = part(after, name, own[name], name)
            still = " (still the average)" if np.array_equal(found, first[name]) else ""
            told = f"{name} after {kind} inside the with{still}"
            same(found, own[name], told, hint=hint if how == "stop" else "")
        require(came == text, f"{kind} raised inside the with did not come out of it: {came!r}")


@points(1, hint="Copy into the tensors that are there; new Parameter objects are none of the optimizer's.")
def test_optimizer_goes_on(observe, draw):
    """An optimizer goes on training the same tensors after an exchange."""
    first = some_state(draw)
    grads = [{name: normal(draw, *first[name].shape) for name in (*WEIGHTS, "1.weight")} for _ in range(3)]
    seen = observe(trained, None, first, grads)
    for name in (*WEIGHTS, "1.weight"):
        what = f"three steps of SGD with momentum, an exchange before each: {name}"
        right, velocity = first[name].astype(float), 0.0
        for row in grads:
            velocity = 0.9 * velocity + row[name]
            right = right - 0.1 * velocity
        found = part(seen, name, first[name], what)
        rest = " (it did not move: the optimizer trains tensors that the model no longer has)"
        close(found, right, what + (rest if np.allclose(found, first[name], atol=1e-6) else ""))


@points(1, hint="What the model holds inside must not be the average itself: copy it in.")
def test_average_outlives_the_swap(observe, draw):
    """An exchange changes the average in no way, whatever is done to the model meanwhile."""
    for decay in (None, 0.7):
        history, signs = one_sided(draw, 4)
        plain, seen = (observe(outlived, decay, history, meddle) for meddle in (False, True))
        for name in FLOATS:
            what = f"WeightAverage({decay}), 4 updates: {name}"
            free = part(plain, name, history[0][name], what)
            require((free * signs[name] > 0).all() and np.abs(free).max() < 60, f"{what} is {free}")
            told = f"{what}, with an exchange after the second in which the model was written over, against without"
            close(part(seen, name, free, what), free, told)


@points(0.5, hint="Averaging reads and writes numbers: modes, requires_grad and gradients are not its business.")
def test_modes_and_gradients_stay(observe, draw):
    """Update and exchange leave modes, requires_grad and gradients as they are."""
    first = some_state(draw)
    inside, before, after = answers(observe(modes, None, first), 3)
    for name in WEIGHTS:
        close(part(inside, name, first[name], "inside the with"), first[name], f"inside the with: {name}")
    for old, new, what in zip(answers(before, 3), answers(after, 3), ("modes", "flags", "gradients"), strict=True):
        same(new, old, f"{what} after update and exchange, against before")
    shaped(answers(answers(after, 3)[2], 5)[0], (2, 3), "gradient of 0.weight")


@points(0.5, hint="None is fine, 0 is fine, 1 would never learn.")
def test_bad_decay(observe):
    """A decay outside [0, 1) is refused."""
    bad, good = [(-0.1,), (1.0,), (1.5,), (-3.0,)], [(None,), (0.0,), (0.5,), (0.999,)]
    observe.refuses(make, bad, good, ValueError, "WeightAverage(decay)")


@points(0.5, hint="Remember how many updates there were, and raise a RuntimeError if none.")
def test_swap_before_update(observe):
    """An exchange before the first update is refused."""
    bad, good = [(0, None), (0, 0.5)], [(1, None), (2, 0.5), (1, 0.5)]
    observe.refuses(swap_after, bad, good, RuntimeError, "a `with average.swapped(model)` after so many updates, decay")
