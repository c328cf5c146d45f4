"""ex18: an optimizer moves only what it was given, so one step tells for each parameter its group and its decay."""

import numpy as np
from networks import (
    ALONE,
    ATTENTION,
    DERIVED,
    NARROW,
    NESTED,
    NO_BIAS,
    PLAIN,
    SENTENCES,
    SEQUENTIAL,
    TIED,
    WORDS,
    Net,
    decays,
    group,
    shape_of_the_groups,
    shapes,
    some_decay,
    step,
)  # fmt: skip

from grader.suite import answers, close, normal, points, require, same


@points(2, hint="Walk over `model.parameters()`: it reaches all nested layers and names each parameter once.")
def test_every_trainable_parameter_once(observe, draw):
    """Every trainable parameter stands in exactly one group, once."""
    for layers in (SEQUENTIAL, NESTED, NARROW, ATTENTION, ALONE):
        net = Net(observe, draw, layers, some_decay(draw))
        for name in net.kinds:
            net.decay(name)


@points(2, hint="Weights of linear and convolutional layers have two dimensions or more, whatever the layer is called.")
def test_weights_decay(observe, draw):
    """Linear and Conv weights decay."""
    for layers in (SEQUENTIAL, NESTED, NARROW, ATTENTION, ALONE, DERIVED):
        net = Net(observe, draw, layers, some_decay(draw))
        net.check(name for name, kind in net.kinds.items() if decays(name, kind))


@points(2, hint="The scale of a norm is called `weight` too. What has all of these in common: shape, or type of layer?")
def test_biases_and_norms_do_not(observe, draw):
    """Biases, BatchNorm and LayerNorm parameters do not decay."""
    for layers in (SEQUENTIAL, NESTED, NARROW, ATTENTION, ALONE, DERIVED):
        net = Net(observe, draw, layers, some_decay(draw))
        net.check(name for name, kind in net.kinds.items() if decays(name, kind) is False)
    net = Net(observe, draw, SEQUENTIAL, some_decay(draw), resting=("1", "4"))
    net.check(name for name, kind in net.kinds.items() if "Norm" in kind)


@points(1, hint="`requires_grad` tells whether a parameter is to be trained.")
def test_frozen_parameters_are_left_out(observe, draw):
    """Frozen parameters are left out."""
    frozen = ("0.weight", "0.bias", "1.bias", "4.weight", "6.weight")
    net = Net(observe, draw, SEQUENTIAL, some_decay(draw), frozen=frozen)
    net.check(name for name in net.kinds if name not in frozen)
    for name in frozen:
        what = f"a frozen parameter is in a group: {name} has requires_grad False and was moved by the optimizer;"
        close(net.after[name], net.weights[name], f"{what} its numbers after the step", rtol=0, atol=0)


@points(1, hint="Layers may share a parameter: who walks over layers meets it twice, `model.parameters()` does not.")
def test_shared_weight_once(observe, draw):
    """A shared (tied) weight appears once."""
    pairs = [
        (TIED, ("decoder.weight", "encoder.weight")), (WORDS, ("out.weight", "embed.weight")),
        (SENTENCES, ("embed.weight", "out.weight")),
    ]  # fmt: skip
    for layers, pair in pairs:
        net = Net(observe, draw, layers, some_decay(draw), tied=[pair])
        net.check(net.kinds)


@points(1, hint="Sort the parameters, and touch nothing of the model.")
def test_groups_and_model(observe, draw):
    """The groups are dicts with a list of parameters and a decay each; the model stays as it is, its modes included."""
    # verify: ignores nan, stretched (there are no numbers to judge but counts)
    for weight_decay in (some_decay(draw), 0.0):
        names = ["0.weight", "0.bias", "1.bias", "4.weight", "6.weight"]
        frozen, graded = ([str(name) for name in draw.choice(names, 3, False)] for _ in range(2))
        resting = [str(name) for name in draw.choice(7, 3, False)]
        asked = (SEQUENTIAL, weight_decay, frozen, resting, graded)
        told, left = answers(observe(shape_of_the_groups, *asked), 2)
        everything = len(shapes(SEQUENTIAL))
        require(told["kind"] == "list", f"expected a list of groups, saw a {told['kind']}")
        require(all(told["lists"]), "`params` of each group must be a list or a tuple")
        require(all(told["parameters"]), "`params` must hold parameters themselves")
        require(all(told["decays"]), f"weight_decay={weight_decay:g}: a group has no `weight_decay` of its own")
        more = ", ".join(told["settings"])
        require(not more, f"a group sets {more} of the optimizer, and only `weight_decay` was asked for")
        same(len(told["parameters"]), everything, "parameters in all groups")
        for name, training in told["training"].items():
            modes = "evaluation", "training"
            was = name not in resting
            changed = (
                f"layer {name!r} was in {modes[was]} mode before the call, and is in {modes[training]} mode after it"
            )
            require(training == was, changed)
        require(all(told["learnable"]), "a parameter of the model was frozen by the call")
        kept = set(graded) - set(told["gradients"])
        require(not kept, f"the call deleted the gradient of {', '.join(sorted(kept))}")
        require(set(told["gradients"]) == set(graded), "the call gave gradients to parameters that had none")
        same(left, everything - 3, "parameters in all groups of a second call, after three of them were frozen")


@points(
    2, hint="Give the group without decay its own 0.0: AdamW's default is 0.01, and a missing key means the default."
)
def test_one_step_without_gradient(observe, draw):
    """One AdamW step with zero gradients shrinks the weights and moves nothing else."""
    table = shapes(SEQUENTIAL)
    still = {name: np.zeros(shape, np.float32) for name, (shape, _) in table.items()}
    ones = {name: values + 1 for name, values in still.items()}
    for weights, lr, weight_decay in (
        (ones, 0.1, 0.1),
        ({name: normal(draw, *shape) for name, (shape, _) in table.items()}, 0.5, some_decay(draw)),
    ):
        seen = observe(step, SEQUENTIAL, weights, still, weight_decay, "AdamW", lr)
        for name, (_, kind) in table.items():
            kept = 1 - lr * weight_decay if decays(name, kind) else 1
            what = f"AdamW, lr {lr}, decay {weight_decay}, gradient 0: {name} of a {kind} keeps {kept:.3f} of itself"
            close(seen[name], kept * weights[name], what)


@points(1, hint="A group may be empty; do not expect that every layer has a bias.")
def test_models_without_norms_or_biases(observe, draw):
    """Works for a model without norms, without biases, and with weight_decay 0 or above 1."""
    for layers in (PLAIN, NO_BIAS):
        net = Net(observe, draw, layers, some_decay(draw))
        net.check(net.kinds)
    net = Net(observe, draw, PLAIN, round(float(draw.uniform(1.2, 1.9)), 2))
    net.check(net.kinds)
    net = Net(observe, draw, SEQUENTIAL, 0.0)
    for name in net.kinds:
        what = f"weight_decay 0: {name} after one step of SGD with learning rate 1"
        close(net.after[name], net.weights[name] - net.grads[name], what)


@points(1, hint="Check the number before sorting.")
def test_negative_weight_decay_is_refused(observe):
    """A negative weight_decay is refused."""
    bad = [(value, norm) for value in (-0.1, -1e-12, -2) for norm in (False, True)]
    good = [(value, norm) for value in (0.0, 1e-6, 0.1, 2) for norm in (False, True)]
    observe.refuses(group, bad, good, ValueError, "weight_decay, and whether the model is one LayerNorm")
