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
    """Linear, batch norm, a block with dropout, linear; the whole doubles once more in train mode."""

    def __init__(self, layer, norm):
        super().__init__()
        self.first, self.last = linear(*layer), linear(*layer)
        self.norm = nn.BatchNorm1d(len(layer[1]))
        self.norm.load_state_dict(norm, strict=False)
        self.block = nn.Sequential(Telling(), nn.Dropout(0.5), nn.Sequential(Telling()))

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


def measure(module, layer, x, y, sizes, loss="cross_entropy", kind="list"):
    """Loss and accuracy of a linear model on images, with the types of the two numbers."""
    batches = cut(x.unflatten(1, (1, -1)), y, sizes)
    loader = {"list": batches, "generator": iter(batches), "stream": Stream(batches), "lists": [*map(list, batches)]}
    model = nn.Sequential(nn.Flatten(), linear(*layer))
    seen = module.evaluate(model, loader[kind], brier if loss == "brier" else functional.cross_entropy)
    numbers = [seen["loss"], seen["accuracy"]]
    return {
        "loss": numbers[0],
        "accuracy": numbers[1],
        "types": [[kind.__name__ for kind in type(number).__mro__] for number in numbers],
        "graph": [getattr(number, "requires_grad", False) for number in numbers],
    }


def measure_deep(module, layer, norm, x, y, sizes, modes, grads, recording=True):
    """Two evaluations of a network, and what they left of it. `modes`: in train mode or not, first the whole."""
    model = Network(layer, norm)
    model.train(modes[0])
    for part, training in zip([model.block[0], model.block[2][0], model.norm], modes[1:], strict=True):
        part.training = training
    model.first.weight.grad, model.last.bias.grad = (grad.clone() for grad in grads)
    model.last.weight.requires_grad = False
    Telling.graphs.clear()
    results = []
    with torch.set_grad_enabled(recording):
        for _ in range(2):
            result = module.evaluate(model, cut(x, y, sizes), functional.cross_entropy)
            results.append([result["loss"], result["accuracy"]])
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
    """Loss and accuracy of a model that stands on a second device, while the loader's batches do not."""
    batches = cut(x, y, sizes)
    model = linear(*layer)
    stand((tensor for batch in batches for tensor in batch), "cpu")
    stand(model.parameters(), device)
    with Places():
        seen = module.evaluate(model, batches, functional.cross_entropy, device if named else torch.device(device))
        return [float(seen["loss"]), float(seen["accuracy"])]


def try_evaluate(module, sizes, generator):
    batches = [(torch.ones(size, 3), torch.zeros(size, dtype=torch.int64)) for size in sizes]
    module.evaluate(nn.Linear(3, 2), iter(batches) if generator else batches, functional.cross_entropy)
