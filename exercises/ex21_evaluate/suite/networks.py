"""The scenarios and their networks: they run beside the learner's code and only report."""

import torch
from places import Places, stand
from torch import nn
from torch.nn import functional


class Telling(nn.Module):
    """Doubles its input in train mode, and notes at each call whether the input hangs on a graph."""

    graphs = []  # noqa: RUF012  a copy of the model notes in the same list

    def forward(self, x):
        self.graphs.append(x.requires_grad)
        return 2 * x if self.training else x


class Network(Telling):
    """Linear, batch norm, a block with dropout, linear; the whole doubles once more in train mode.

    The first layer of the block belongs to a second parent too, which is never called.
    """

    def __init__(self, layer, norm):
        super().__init__()
        self.first, self.last = linear(*layer), linear(*layer)
        self.norm = nn.BatchNorm1d(len(layer[1]))
        self.norm.load_state_dict(norm, strict=False)
        self.block = nn.Sequential(Telling(), nn.Dropout(0.5), nn.Sequential(Telling()))
        self.twin = nn.Sequential(self.block[0])

    def forward(self, x):
        return super().forward(self.last(self.block(self.norm(self.first(x)))))

    def parts(self):
        """The layers whose mode can be told from what they do; the first is the whole."""
        return [self, self.block[0], self.block[2][0]]

    def factors(self):
        """1 for each of `parts` that is in eval mode, 2 if it is in train mode."""
        return [Telling.forward(part, torch.ones(1)) for part in self.parts()]


class Stream:
    """A loader that can be iterated over, and nothing else."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        yield from self.batches


def linear(weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


def cut(x, y, sizes):
    return list(zip(x.split(sizes), y.split(sizes), strict=True))


def brier(logits, targets):
    """Mean squared distance of the probabilities from the one-hot targets, over samples and classes."""
    return functional.mse_loss(logits.softmax(1), functional.one_hot(targets, logits.shape[1]).float())


def minus_likelihood(logits, targets):
    """A loss that may be negative: minus the likelihood ratio of the right class, mean over samples."""
    return -(logits.softmax(1).gather(1, targets[:, None]) * logits.shape[1]).mean()


def cross_entropy(logits, targets):
    """The loss of most tests, with a word about arguments that it cannot use."""
    if not logits.is_floating_point() or targets.dtype != torch.int64:
        kinds = [str(tensor.dtype).removeprefix("torch.") for tensor in (logits, targets)]
        raise TypeError(f"loss_fn was called with {' and '.join(kinds)} numbers, expected float logits, int64 targets")
    return functional.cross_entropy(logits, targets)


def numbers_in(result):
    """Loss and accuracy of what `evaluate` returned."""
    try:
        return [result["loss"], result["accuracy"]]
    except (LookupError, TypeError):
        raise TypeError(f'evaluate returned {result!r:.80}, expected a dict with "loss" and "accuracy"') from None


def measure(module, layer, x, y, sizes, loss="cross_entropy", kind="list"):
    """Loss and accuracy of a linear model on images, with the types of the two numbers.

    >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(x.shape[1], len(layer[1])))
    >>> evaluate(model, list(zip(x.split(sizes), y.split(sizes))), torch.nn.functional.cross_entropy)
    ...  # its weights are others
    """
    batches = cut(x.unflatten(1, (1, -1)), y, sizes)
    loader = {"list": batches, "generator": iter(batches), "stream": Stream(batches), "lists": [*map(list, batches)]}
    model = nn.Sequential(nn.Flatten(), linear(*layer))
    numbers = numbers_in(module.evaluate(model, loader[kind], brier if loss == "brier" else cross_entropy))
    return {
        "loss": numbers[0],
        "accuracy": numbers[1],
        "types": [[kind.__name__ for kind in type(number).__mro__] for number in numbers],
        "graph": [getattr(number, "requires_grad", False) for number in numbers],
    }


def measure_losses(module, layer, x, y, sizes):
    """One linear model on one list of batches, with three loss functions.

    >>> model = torch.nn.Linear(x.shape[1], len(layer[1]))
    >>> evaluate(model, list(zip(x.split(sizes), y.split(sizes))), torch.nn.functional.cross_entropy)
    ...  # its weights are others
    """
    batches, model = cut(x, y, sizes), linear(*layer)
    return [numbers_in(module.evaluate(model, batches, loss))[0] for loss in (cross_entropy, brier, minus_likelihood)]


def measure_called(module, layer, x, tokens, y):
    """Losses of one batch: a convolution, an embedding of token numbers, a forward hook, each beside a linear twin.

    >>> model = torch.nn.Linear(x.shape[1], len(layer[1]))
    >>> evaluate(model, [(x, y)], torch.nn.functional.cross_entropy)  # its weights are others
    """
    weight, bias = layer
    convolution = nn.Conv1d(1, *weight.shape)
    convolution.load_state_dict({"weight": weight[:, None], "bias": bias})
    hooked = linear(weight, bias)
    hooked.register_forward_hook(lambda _module, _inputs, output: 2 * output)
    embedding = nn.Embedding.from_pretrained(weight.T.contiguous(), freeze=False)
    marks = functional.one_hot(tokens, weight.shape[1]).float()
    pairs = {
        "images": (nn.Sequential(convolution, nn.Flatten()), x[:, None], linear(weight, bias), x),
        "tokens": (embedding, tokens, linear(weight, 0 * bias), marks),
        "hook": (hooked, x, linear(2 * weight, 2 * bias), x),
    }
    return {
        name: [
            numbers_in(module.evaluate(model, [(inputs, y)], cross_entropy))[0]
            for model, inputs in ((model, inputs), (twin, plain))
        ]
        for name, (model, inputs, twin, plain) in pairs.items()
    }


def set_modes(model, modes):
    """In train mode or not: the whole, then three layers of it."""
    model.train(modes[0])
    for part, training in zip([model.block[0], model.block[2][0], model.norm], modes[1:], strict=True):
        part.training = training


def measure_deep(module, layer, norm, x, y, sizes, modes, grads, recording=True, before=None):
    """Two evaluations of a network, and what they left of it; one more ahead of them in the modes `before`.

    >>> model = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 9))
    >>> evaluate(model, list(zip(x.split(sizes), y.split(sizes))), torch.nn.functional.cross_entropy)  # another model
    """
    model = Network(layer, norm)
    if before:
        set_modes(model, before)
        module.evaluate(model, cut(x, y, sizes), cross_entropy)
        model.norm.load_state_dict(norm, strict=False)
        model.norm.num_batches_tracked.zero_()
    set_modes(model, modes)
    model.first.weight.grad, model.last.bias.grad = (grad.clone() for grad in grads)
    model.last.weight.requires_grad = False
    Telling.graphs.clear()
    results = []
    with torch.set_grad_enabled(recording):
        for _ in range(2):
            results.append(numbers_in(module.evaluate(model, cut(x, y, sizes), cross_entropy)))
        graphs = list(Telling.graphs)
        recorded = model.first(x).requires_grad
    state = {name: values.clone() for name, values in model.state_dict().items()}
    trainable = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    grads = [model.first.weight.grad, model.last.bias.grad, model.first.bias.grad]
    factors = model.factors()
    with torch.no_grad():
        model.norm(x)
    return {
        "results": results, "graphs": graphs, "recorded": recorded, "state": state, "trainable": trainable,
        "grads": grads, "factors": factors, "later": model.norm.running_mean,
    }  # fmt: skip


def measure_elsewhere(module, layer, x, y, sizes, device, named):
    """Loss and accuracy of a model that stands on a second device, while the loader's batches do not.

    >>> model = torch.nn.Linear(x.shape[1], len(layer[1]))
    >>> evaluate(model, list(zip(x.split(sizes), y.split(sizes))), torch.nn.functional.cross_entropy, "cpu")
    ...  # the device is another
    """
    batches = cut(x, y, sizes)
    model = linear(*layer)
    stand((tensor for batch in batches for tensor in batch), "cpu")
    stand(model.parameters(), device)
    with Places():
        seen = module.evaluate(model, batches, cross_entropy, device if named else torch.device(device))
        return [float(number) for number in numbers_in(seen)]


def try_evaluate(module, sizes, generator):
    """
    >>> batches = [(torch.ones(size, 3), torch.zeros(size, dtype=torch.int64)) for size in sizes]
    >>> evaluate(torch.nn.Linear(3, 2), batches, torch.nn.functional.cross_entropy)
    """
    batches = [(torch.ones(size, 3), torch.zeros(size, dtype=torch.int64)) for size in sizes]
    module.evaluate(nn.Linear(3, 2), iter(batches) if generator else batches, cross_entropy)
