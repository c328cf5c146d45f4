"""ex18: an optimizer moves only what it was given, so one step tells for each parameter its group and its decay."""

import numpy as np
import torch
from torch import nn

from grader.suite import Raised, answers, close, normal, points

# A layer is (name, class of torch.nn, arguments, keyword arguments).
SEQUENTIAL = [
    ("0", "Conv2d", (2, 3, 3), {}), ("1", "BatchNorm2d", (3,), {}), ("2", "Conv1d", (3, 2, 2), {}),
    ("3", "Linear", (4, 5), {}), ("4", "LayerNorm", (5,), {}), ("5", "BatchNorm1d", (5,), {}),
    ("6", "Linear", (5, 2), {}),
]  # fmt: skip
NESTED = [
    ("embed", "Embedding", (6, 4), {}), ("body.conv", "Conv3d", (1, 2, 2), {}), ("body.bn", "BatchNorm3d", (2,), {}),
    ("body.inner.fc", "Linear", (4, 3), {}), ("body.inner.ln", "LayerNorm", (3,), {}),
    ("norm_in", "Linear", (3, 3), {}), ("bias_net", "Linear", (3, 2), {}), ("body.gain", "Parameter", (4,), {}),
    ("table", "Parameter", (2, 3), {}),
]  # fmt: skip
PLAIN = [("0", "Linear", (3, 4), {}), ("1", "Linear", (4, 2), {})]
NO_BIAS = [
    ("conv", "Conv2d", (1, 2, 3), {"bias": False}), ("bn", "BatchNorm2d", (2,), {"affine": False}),
    ("fc", "Linear", (2, 3), {"bias": False}),
]  # fmt: skip
TIED = [("encoder", "Linear", (4, 4), {}), ("norm", "LayerNorm", (4,), {}), ("decoder", "Linear", (4, 4), {})]
WORDS = [("embed", "Embedding", (6, 4), {}), ("out", "Linear", (4, 6), {})]


# ---- scenarios: run beside the learner's code and only report


def build(layers, tied, frozen):
    """A module with these layers; a dot in a name means one module deeper. `tied` shares one layer's weight."""
    model = nn.Sequential()
    for name, kind, args, options in layers:
        *path, last = name.split(".")
        owner = model
        for part in path:
            if part not in owner._modules:
                owner.add_module(part, nn.Sequential())
            owner = owner._modules[part]
        if kind == "Parameter":
            owner.register_parameter(last, nn.Parameter(torch.empty(args)))
        else:
            owner.add_module(last, getattr(nn, kind)(*args, **options))
    for name, other in tied:
        getattr(model, name).weight = getattr(model, other).weight
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in frozen)
    return model


def step(module, layers, weights, grads, weight_decay, optimizer, lr, tied=(), frozen=()):
    """The parameters after one step on the groups; each has a gradient, the frozen ones too."""
    model = build(layers, tied, frozen)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights[name])
    groups = module.param_groups(model, weight_decay)
    for name, parameter in model.named_parameters():
        parameter.grad = grads[name].clone()
    getattr(torch.optim, optimizer)(groups, lr=lr).step()
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


def group(module, weight_decay):
    module.param_groups(nn.Linear(3, 2), weight_decay)


# ---- the examiner's side
def shapes(layers, tied=()):
    """Name -> (shape, class of the layer) for each parameter, a shared one under its first name only."""
    found = {}
    for name, kind, args, options in layers:
        if kind == "Parameter":
            found[name] = args, kind
        elif kind == "Embedding":
            found[f"{name}.weight"] = args, kind
        elif "Norm" in kind:
            if options.get("affine", True):
                found[f"{name}.weight"] = found[f"{name}.bias"] = args, kind
        else:
            rest = (args[2],) * int(kind[4]) if kind.startswith("Conv") else ()
            if name not in dict(tied):
                found[f"{name}.weight"] = (args[1], args[0], *rest), kind
            if options.get("bias", True):
                found[f"{name}.bias"] = (args[1],), kind
    return found


def decays(name, kind):
    """Whether this parameter must decay; None if it may go either way."""
    if kind in ("Embedding", "Parameter"):
        return None
    return name.endswith(".weight") and "Norm" not in kind


class Net:
    """Layers with random weights and gradients, and what one step of SGD with learning rate 1 made of them."""

    def __init__(self, observe, draw, layers, weight_decay, tied=(), frozen=()):
        self.kinds = {name: kind for name, (_, kind) in shapes(layers, tied).items()}
        self.weight_decay, self.frozen = weight_decay, frozen
        # No number near zero: every entry moves visibly, by its gradient and by its decay.
        self.weights, self.grads = (
            {name: away_from_zero(draw, shape) for name, (shape, _) in shapes(layers, tied).items()} for _ in range(2)
        )
        question = (layers, self.weights, self.grads, weight_decay, "SGD", 1.0, tied, frozen)
        (self.after,) = answers(observe.each(step, [question]), 1)
        assert not (isinstance(self.after, Raised) and "more than one" in self.after.message), (
            f"a parameter stands in two groups; PyTorch: {self.after.message}"
        )
        if isinstance(self.after, Raised):
            observe(step, *question)
        assert isinstance(self.after, dict) and set(self.after) == set(self.kinds), (
            f"expected the parameters {sorted(self.kinds)} after a step, saw {self.after!r}"
        )

    def decay(self, name):
        """Whether the parameter decayed in the step; fails if it did not move as one in exactly one group does."""
        before, grad, after = (np.asarray(part[name], np.float64) for part in (self.weights, self.grads, self.after))
        assert after.shape == before.shape, f"{name} had shape {before.shape}, now {after.shape}"
        assert not np.array_equal(after, before), f"{name} is in no group: it will never train"
        for decay in (0.0, self.weight_decay):
            once = (1 - decay) * before - grad
            if np.allclose(once, after, rtol=0, atol=1e-5):
                return decay > 0
            twice = np.allclose((1 - decay) * once - grad, after, rtol=0, atol=1e-5)
            assert not twice, f"{name} stands in a group twice: one optimizer step moved it two times"
        close(after, once, f"{name} after one step of SGD with learning rate 1")
        return True

    def check(self, names):
        """These parameters decay if they must and do not if they must not."""
        for name in names:
            kind, must, does = self.kinds[name], decays(name, self.kinds[name]), self.decay(name)
            if self.weight_decay and must is not None and must is not does:
                what = f"{name!r} is a parameter of a {kind}" if "Norm" in kind else f"{name!r} is the bias of a {kind}"
                assert must, f"{what} and still decays"
                raise AssertionError(f"{name!r} is the weight of a {kind} and does not decay")


def away_from_zero(draw, shape):
    return ((1 + np.abs(normal(draw, *shape))) * draw.choice([-1, 1], shape)).astype(np.float32)


def some_decay(draw):
    return round(float(draw.uniform(0.1, 0.4)), 2)


@points(2, hint="Walk over `model.parameters()`: it reaches all nested layers and names each parameter once.")
def test_every_trainable_parameter_once(observe, draw):
    """Every trainable parameter stands in exactly one group, once."""
    for layers in (SEQUENTIAL, NESTED):
        net = Net(observe, draw, layers, some_decay(draw))
        for name in net.kinds:
            net.decay(name)


@points(2, hint="Weights of linear and convolutional layers have two dimensions or more, whatever the layer is called.")
def test_weights_decay(observe, draw):
    """Linear and Conv weights decay."""
    for layers in (SEQUENTIAL, NESTED):
        net = Net(observe, draw, layers, some_decay(draw))
        net.check(name for name, kind in net.kinds.items() if decays(name, kind))


@points(2, hint="The scale of a norm is called `weight` too. What has all of these in common: shape, or type of layer?")
def test_biases_and_norms_do_not(observe, draw):
    """Biases, BatchNorm and LayerNorm parameters do not decay."""
    for layers in (SEQUENTIAL, NESTED):
        net = Net(observe, draw, layers, some_decay(draw))
        net.check(name for name, kind in net.kinds.items() if decays(name, kind) is False)


@points(1, hint="`requires_grad` tells whether a parameter is to be trained.")
def test_frozen_parameters_are_left_out(observe, draw):
    """Frozen parameters are left out."""
    frozen = ("0.weight", "0.bias", "1.bias", "4.weight", "6.weight")
    net = Net(observe, draw, SEQUENTIAL, some_decay(draw), frozen=frozen)
    net.check(name for name in net.kinds if name not in frozen)
    for name in frozen:
        what = f"a frozen parameter is in a group: {name} has requires_grad False and was moved by the optimizer;"
        close(net.after[name], net.weights[name], f"{what} its numbers after the step", 0, 0)


@points(1, hint="Layers may share a parameter: who walks over layers meets it twice, `model.parameters()` does not.")
def test_shared_weight_once(observe, draw):
    """A shared (tied) weight appears once."""
    for layers, tied in ((TIED, [("decoder", "encoder")]), (WORDS, [("out", "embed")])):
        net = Net(observe, draw, layers, some_decay(draw), tied=tied)
        net.check(net.kinds)


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
    """Works for a model without norms, without biases, and with weight_decay 0."""
    for layers in (PLAIN, NO_BIAS):
        net = Net(observe, draw, layers, some_decay(draw))
        net.check(net.kinds)
    net = Net(observe, draw, SEQUENTIAL, 0.0)
    for name in net.kinds:
        what = f"weight_decay 0: {name} after one step of SGD with learning rate 1"
        close(net.after[name], net.weights[name] - net.grads[name], what)


@points(1, hint="Check the number before sorting.")
def test_negative_weight_decay_is_refused(observe):
    """A negative weight_decay is refused."""
    observe.refuses(group, [-0.1, -1e-6, -2], [0.0, 1e-6, 0.1, 2], ValueError, "nn.Linear(3, 2), weight_decay")
