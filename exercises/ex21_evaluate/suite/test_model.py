"""ex21, the model: how it is measured, and in which state it comes back."""

import numpy as np
from networks import measure, measure_deep
from oracle import Deep, mode

from grader.suite import answers, close, points

PLACES = ("the model itself", "a layer with two parents inside it", "a layer inside a layer of it")


def deep(observe, draw, modes, recording=True, before=None):
    return Deep(observe, measure, measure_deep, draw, modes, recording, before)


def check_modes(deep, modes, explain):
    """Every layer is in the mode that it had; `explain` says what is wrong with one that is not."""
    factors = answers(deep.seen["factors"], 3)
    turned = [isinstance(f, np.ndarray) and f.tolist() == [2 - was] for f, was in zip(factors, modes[:3], strict=True)]
    assert "norm.running_mean" in deep.seen["state"], "batch norm has no running_mean after the evaluation"
    before, later = (
        np.asarray(mean, np.float64) for mean in (deep.seen["state"]["norm.running_mean"], deep.seen["later"])
    )
    turned.append(np.array_equal(before, later) == modes[3])
    more = "; another layer is in the wrong mode as well" if sum(turned) > 1 else ""
    for place, factor, training, other in zip(PLACES, factors, modes[:3], turned[:3], strict=True):
        why = explain(place, training) if other else f"{place} after the evaluation"
        told = f"{why}{more}; numbers are multiplied by 2 in train mode, by 1 in eval mode"
        close(factor, np.array([1 + training]), told)
    if modes[3]:
        what = "batch norm was in train mode before: its running_mean after a later batch"
        close(later, 0.9 * before + 0.1 * deep.x.mean(0), what)
    else:
        moved = ", now it is in train mode" if np.shape(later) == np.shape(before) and (later != before).any() else ""
        close(
            later,
            before,
            f"batch norm was in eval mode before{moved}: its running_mean after a later batch",
            rtol=0,
            atol=0,
        )


@points(2, hint="`model.eval()` reaches every layer, `torch.no_grad()` none: they are two different switches.")
def test_eval_mode_while_measuring(observe, draw):
    """Dropout is off and batch norm fixed while measuring."""
    # verify: ignores stretched (it reads no array)
    for modes in ([True] * 4, [False] * 4, [False, True, True, True], [True, False, True, False]):
        what = f"a network in {mode(modes[0])}" + ("" if len(set(modes)) == 1 else " with layers in the other mode")
        deep(observe, draw, modes).check_losses(what)


@points(1, hint="Measuring takes no step and clears nothing; in eval mode batch norm learns nothing either.")
def test_nothing_is_changed(observe, draw):
    """Weights, buffers and gradients stay untouched."""
    seen = deep(observe, draw, [True] * 4)
    seen.check_measured("a network with batch norm and dropout")
    for name, before in seen.state.items():
        what = f"{name} changed during evaluation"
        if "running" in name or "tracked" in name:
            what += ": batch norm learned from the validation data"
        assert name in seen.seen["state"], f"{name} is gone after the evaluation"
        close(seen.seen["state"][name], before, what, rtol=0, atol=0)
    *left, none = answers(seen.seen["grads"], 3)
    assert all(grad is not None for grad in left), ".grad of a parameter is None after the evaluation: it was cleared"
    close(left, seen.grads, ".grad of two parameters changed during evaluation", rtol=0, atol=0)
    assert none is None, "a parameter without a gradient has one after the evaluation"


@points(1, hint="`with torch.no_grad():` around the loop, and nothing else is switched.")
def test_no_graph(observe, draw):
    """No graph is built, and gradients are recorded afterwards as before."""
    # verify: ignores stretched (it reads no array)
    for recording in (True, False):
        seen = deep(observe, draw, [True] * 4, recording)
        seen.check_measured("a network with batch norm and dropout")
        graphs = seen.seen["graphs"]
        assert graphs and not any(graphs), (
            f"gradients were recorded in {sum(graphs)} of {len(graphs)} calls of a layer: a graph that nobody needs"
        )
        trainable = seen.seen["trainable"]
        expected = {name: name != "last.weight" for name in trainable}
        assert trainable.keys() == expected.keys() and trainable, f"expected parameters, saw {list(trainable)}"
        for name, wanted in expected.items():
            assert trainable[name] == wanted, (
                f"requires_grad of {name} was {wanted}, and is {trainable[name]} afterwards"
            )
        words = ("no longer recorded after the evaluation: training is over", "recorded after it, and were off before")
        assert seen.seen["recorded"] is recording, f"gradients are {words[not recording]}"


@points(1, hint="Remember the mode before `model.eval()`, and give it back at the end.")
def test_mode_is_given_back(observe, draw):
    """The model's mode is given back."""
    for training in (True, False):
        seen = deep(observe, draw, [training] * 4)
        seen.check_measured(f"a network in {mode(training)}")
        why = "training would go on without dropout" if training else "the model drops out while it is used"
        words = f"given in {mode(training)}, but left in {mode(not training)}: {why}"
        check_modes(seen, [training] * 4, lambda place, _, words=words: f"{words}; {place}")


@points(
    2, hint="Every layer has a flag `training`: note them all, and set each (`train()` would set those below it too)."
)
def test_each_layer_gets_its_own_mode_back(observe, draw):
    """Each layer gets its own mode back."""
    frozen, woken = [True, *draw.permutation([True, False]).tolist(), False], [False, True, False, True]
    for modes, before in ((frozen, None), (woken, None), (frozen, woken)):
        seen = deep(observe, draw, modes, before=before)
        seen.check_measured(f"a network in {mode(modes[0])} with layers in the other mode")
        earlier = ", after an earlier evaluation with other modes" if before else ""

        def explain(place, was, earlier=earlier):
            return f"{place} was in {mode(was)} before, now it is in {mode(not was)}{earlier}"

        check_modes(seen, modes, explain)
