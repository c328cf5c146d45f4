"""Networks by description, and what one optimizer step on the learner's groups tells of each parameter."""

import numpy as np
import torch
from torch import nn

from grader.suite import Raised, answers, close, normal, require, shaped

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
NARROW = [
    ("weight_net", "Linear", (1, 4), {}), ("head", "Linear", (4, 1), {}), ("up", "ConvTranspose2d", (2, 3, 2), {}),
    ("scale", "Parameter", (), {}),
]  # fmt: skip
ATTENTION = [("attend", "MultiheadAttention", (4, 2), {}), ("norm", "LayerNorm", (4,), {})]
ALONE = [("", "Linear", (3, 2), {})]
NO_BIAS = [
    ("conv", "Conv2d", (1, 2, 3), {"bias": False}), ("bn", "BatchNorm2d", (2,), {"affine": False}),
    ("fc", "Linear", (2, 3), {"bias": False}),
]  # fmt: skip
DERIVED = [("mix", "NormedLinear", (3, 2), {}), ("rescale", "Rescaled", (3,), {}), ("filter", "Filter", (1, 2, 2), {})]
TIED = [("encoder", "Linear", (4, 4), {}), ("norm", "LayerNorm", (4,), {}), ("decoder", "Linear", (4, 4), {})]
WORDS = [("embed", "Embedding", (6, 4), {}), ("out", "Linear", (4, 6), {})]
SENTENCES = [("out", "Linear", (4, 6), {}), ("embed", "Embedding", (6, 4), {})]


class NormedLinear(nn.Linear):
    """A linear layer, whatever its name suggests."""


class Rescaled(nn.LayerNorm):
    """A layer norm under another name."""


class Filter(nn.Conv1d):
    """A convolution under another name."""


OWN = {"NormedLinear": "Linear", "Rescaled": "LayerNorm", "Filter": "Conv1d"}


# ---- scenarios: run beside the learner's code and only report


def build(layers, tied, frozen, resting=()):
    """A module with these layers; a dot in a name means one module deeper.

    `tied` pairs names of parameters: the first becomes the second. `resting` layers are in evaluation mode. A layer
    without a name is the whole model.
    """
    own = {"NormedLinear": NormedLinear, "Rescaled": Rescaled, "Filter": Filter}
    if not layers[0][0]:
        return getattr(nn, layers[0][1])(*layers[0][2])
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
            owner.add_module(last, (own.get(kind) or getattr(nn, kind))(*args, **options))
    for name, other in tied:
        layer, _, last = name.rpartition(".")
        setattr(model.get_submodule(layer), last, model.get_parameter(other))
    for name in resting:
        model.get_submodule(name).eval()
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in frozen)
    return model


def step(module, layers, weights, grads, weight_decay, optimizer, lr, tied=(), frozen=(), resting=()):
    """The parameters after one step on the groups; each has a gradient, the frozen ones too.

    >>> model = torch.nn.Sequential(*[getattr(torch.nn, kind)(*args, **named) for _, kind, args, named in layers])
    >>> param_groups(model, weight_decay)  # its parts in a row
    """
    model = build(layers, tied, frozen, resting)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.as_tensor(weights[name]))
    groups = module.param_groups(model, weight_decay)
    for name, parameter in model.named_parameters():
        parameter.grad = torch.as_tensor(grads[name]).clone().reshape(parameter.shape)
    getattr(torch.optim, optimizer)(groups, lr=lr).step()
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


def shape_of_the_groups(module, layers, weight_decay, frozen, resting, graded):
    """What the groups are made of, and what became of the model; then again with these parameters frozen.

    The `resting` layers are in evaluation mode, the `graded` parameters have a gradient.

    >>> model = torch.nn.Sequential(*[getattr(torch.nn, kind)(*args, **named) for _, kind, args, named in layers])
    >>> param_groups(model, weight_decay)  # its parts in a row
    """
    model = build(layers, (), (), resting)
    for name in graded:
        model.get_parameter(name).grad = torch.ones_like(model.get_parameter(name))
    groups = module.param_groups(model, weight_decay)
    settings = {*torch.optim.SGD(model.parameters(), 0.1).defaults, *torch.optim.AdamW(model.parameters()).defaults}
    told = {
        "kind": type(groups).__name__ if isinstance(groups, tuple) else "list" if isinstance(groups, list) else "other",
        "lists": [isinstance(one["params"], (list, tuple)) for one in groups],
        "parameters": [isinstance(p, nn.Parameter) for one in groups for p in list(one["params"])],
        "decays": ["weight_decay" in one for one in groups],
        "settings": sorted({key for one in groups for key in one} & settings - {"weight_decay"}),
        "training": {name: part.training for name, part in model.named_modules()},
        "learnable": [p.requires_grad for p in model.parameters()],
        "gradients": [name for name, p in model.named_parameters() if p.grad is not None],
    }
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in frozen)
    again = module.param_groups(model, weight_decay)
    return told, sum(len(list(one["params"])) for one in again)


def group(module, weight_decay, norm):
    module.param_groups(nn.LayerNorm(3) if norm else nn.Linear(3, 2), weight_decay)


# ---- the examiner's side
def shapes(layers, tied=()):
    """Name -> (shape, class of the layer) for each parameter; a shared one under its first name only.

    The class "Parameter" stands for whatever is neither a linear layer nor a convolution nor a norm.
    """
    found = {}
    for name, kind, args, options in layers:
        dot = f"{name}." if name else ""
        kind = OWN.get(kind, kind)
        if kind == "Parameter":
            found[name] = args, kind
            continue
        if kind == "MultiheadAttention":
            width = args[0]
            found[f"{dot}in_proj_weight"] = (3 * width, width), "Parameter"
            found[f"{dot}in_proj_bias"] = (3 * width,), "Parameter"
            found[f"{dot}out_proj.weight"] = (width, width), "Linear"
            found[f"{dot}out_proj.bias"] = (width,), "Linear"
        elif kind.startswith("ConvTranspose"):
            found[f"{dot}weight"] = (args[0], args[1], *(args[2],) * int(kind[-2])), "Parameter"
            found[f"{dot}bias"] = (args[1],), "Parameter"
        elif kind == "Embedding":
            found[f"{dot}weight"] = args, kind
        elif "Norm" in kind:
            if options.get("affine", True):
                found[f"{dot}weight"] = found[f"{dot}bias"] = args, kind
        else:
            rest = (args[2],) * int(kind[4]) if kind.startswith("Conv") else ()
            found[f"{dot}weight"] = (args[1], args[0], *rest), kind
            if options.get("bias", True):
                found[f"{dot}bias"] = (args[1],), kind
    for pair in tied:
        first, second = sorted(pair, key=list(found).index)
        shape, kind = found.pop(second)
        if decays(first, found[first][1]) is None:
            found[first] = shape, kind
    return found


def decays(name, kind):
    """Whether this parameter must decay; None if it may go either way."""
    if kind in ("Embedding", "Parameter"):
        return None
    return name.rpartition(".")[2] == "weight" and "Norm" not in kind


class Net:
    """Layers with random weights and gradients, and what one step of SGD with learning rate 1 made of them."""

    def __init__(self, observe, draw, layers, weight_decay, tied=(), frozen=(), resting=()):
        self.kinds = {name: kind for name, (_, kind) in shapes(layers, tied).items()}
        self.weight_decay, self.frozen = weight_decay, frozen
        # No number near zero: every entry moves visibly, by its gradient and by its decay.
        self.weights, self.grads = (
            {name: away_from_zero(draw, shape) for name, (shape, _) in shapes(layers, tied).items()} for _ in range(2)
        )
        question = (layers, self.weights, self.grads, weight_decay, "SGD", 1.0, tied, frozen, resting)
        (self.after,) = answers(observe.each(step, [question]), 1)
        if isinstance(self.after, Raised):
            twice = "some parameters appear in more than one parameter group" in self.after.message
            require(not twice, f"a parameter stands in two groups; PyTorch: {self.after.message}")
            observe(step, *question)
        assert isinstance(self.after, dict) and set(self.after) == set(self.kinds), (
            f"expected the parameters {sorted(self.kinds)} after a step, saw {self.after!r}"
        )

    def decay(self, name):
        """Whether the parameter decayed in the step; fails if it did not move as one in exactly one group does."""
        shaped(self.after[name], np.shape(self.weights[name]), f"{name} after a step")
        before, grad, after = (np.asarray(part[name], np.float64) for part in (self.weights, self.grads, self.after))
        assert not np.array_equal(after, before), f"{name} is in no group: it will never train"
        if decays(name, self.kinds[name]) is None:  # any strength will do, but one step
            strength = 1 - np.median((after + grad) / before)
            close(
                after, (1 - strength) * before - grad, f"{name} after one step of SGD with learning rate 1", atol=1e-4
            )
            most = self.weight_decay
            require(-1e-4 < strength < most + 1e-4, f"weight_decay={most}: {name} has a weight decay of {strength:.3f}")
            return strength > 1e-4
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
