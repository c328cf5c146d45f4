"""The scenarios and their models: they run beside the learner's code and only report."""

import torch
from torch import nn
from torch.nn import functional


class Affine(nn.Module):
    """A linear model that notes each call: how many rows came, and its weights.

    A `told` or `inner` one doubles its scores twice in train mode, once by a layer two levels deeper. A `normed` one
    standardizes them over the batch in train mode, and adds 1 to them in eval mode. A `counting` one adds the number of
    earlier calls to them.
    """

    def __init__(self, weight, bias, kind):
        super().__init__()
        self.linear = nn.Linear(weight.shape[1], weight.shape[0])
        self.linear.load_state_dict({"weight": weight, "bias": bias})
        self.deep = nn.Sequential(nn.Sequential(Doubling()))
        self.norm, self.dropout = nn.BatchNorm1d(weight.shape[0], affine=False), nn.Dropout(1.0)
        self.kind, self.calls = kind, []

    def forward(self, x):
        scores = self.linear(x)
        if self.kind in ("told", "inner"):
            scores = self.deep(scores) * (2 if self.training else 1)
        if self.kind == "normed":
            scores = self.norm(scores) + self.dropout(torch.ones_like(scores))
        if self.kind == "counting":
            scores = scores + len(self.calls)
        self.calls.append([len(x), *weights_of(self)])
        return scores


class Doubling(nn.Module):
    def forward(self, x):
        return 2 * x if self.training else x


class Stream:
    """A loader that can be iterated over, and nothing else."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        yield from self.batches


def squares(predictions, y):
    return functional.mse_loss(predictions, y)


def cross_entropy(predictions, y):
    """The cross entropy, with a word about arguments that it cannot use."""
    if not predictions.is_floating_point() or y.dtype != torch.int64:
        kinds = [str(tensor.dtype).removeprefix("torch.") for tensor in (predictions, y)]
        raise TypeError(f"loss_fn was called with {' and '.join(kinds)} numbers, expected predictions, then labels")
    return functional.cross_entropy(predictions, y)


def lopsided(predictions, y):
    """A prediction that is too high costs three times as much as one that is too low."""
    if predictions.dim() != 2 or y.dim() != 2:
        shapes = f"{tuple(predictions.shape)} and {tuple(y.shape)}"
        raise TypeError(f"loss_fn was called with shapes {shapes}, expected what the model gave, and the targets given")
    gap = predictions - y
    return torch.where(gap > 0, 3 * gap, -gap).mean()


def minus_product(predictions, y):
    """A loss that may be negative."""
    return -(predictions * y).mean()


def loss_named(name):
    table = {"squares": squares, "cross entropy": cross_entropy, "lopsided": lopsided, "product": minus_product}
    return table[name]


def prepared(layer, rule, kind, old, held):
    """A model and its optimizer, with a group for each parameter that it holds; `old` are gradients beforehand."""
    model = Affine(*layer, kind)
    if kind == "hooked":
        model.register_forward_hook(lambda _model, _inputs, scores: 2 * scores)
    if kind in ("told", "normed"):
        model.eval()
    if kind == "inner":
        model.deep.eval()
    if old is not None:
        model.linear.weight.grad, model.linear.bias.grad = (part.clone() for part in old)
    name, options = rule
    groups = [{"params": [getattr(model.linear, one)]} for one in held]
    return model, getattr(torch.optim, name)(groups, **options)


def weights_of(model):
    return [model.linear.weight.detach().clone(), model.linear.bias.detach().clone()]


def described(result):
    """A result with what tells a plain number from a tensor."""
    value = result.detach() if isinstance(result, torch.Tensor) else result
    kinds = [kind.__name__ for kind in type(result).__mro__]
    return {"value": value, "types": kinds, "graph": getattr(result, "requires_grad", False)}


def step(module, layer, batches, rule, loss="squares", kind="plain", old=None, held=("weight", "bias"), wiped=False):
    """train_step on these batches, one after the other. `wiped`: gradients are cleared between the steps.

    >>> model = torch.nn.Linear(batches[0][0].shape[1], len(layer[1])); optimizer = getattr(torch.optim,
    ... rule[0])(model.parameters(), **rule[1])
    >>> train_step(model, *batches[0], torch.nn.functional.mse_loss, optimizer)  # its weights are others
    """
    model, optimizer = prepared(layer, rule, kind, old, held)
    updates = []
    optimizer.register_step_post_hook(lambda *_: updates.append(1))
    results, path = [], []
    for x, y in batches:
        results.append(described(module.train_step(model, x, y, loss_named(loss), optimizer)))
        path.append(weights_of(model))
        if wiped:
            optimizer.zero_grad()
    return {"results": results, "path": path, "calls": len(model.calls), "updates": len(updates)}


def step_in_a_row_and_afresh(module, layer, batches, rule):
    """The path of some steps in a row, and where each leads if a fresh model makes it from the same weights.

    >>> model = torch.nn.Linear(batches[0][0].shape[1], len(layer[1])); optimizer = getattr(torch.optim,
    ... rule[0])(model.parameters(), **rule[1])
    >>> [train_step(model, x, y, torch.nn.functional.mse_loss, optimizer) for x, y in batches]
    ...  # its weights are others
    """
    path = step(module, layer, batches, rule)["path"]
    afresh = []
    for start, batch in zip([layer, *path[:-1]], batches, strict=True):
        afresh += step(module, start, [batch], rule)["path"]
    return path, afresh


def step_on_tokens(module, table, tokens, y):
    """The loss that a step on token numbers returns, of an embedding that does not move."""
    model = nn.Embedding.from_pretrained(table, freeze=False)
    return described(module.train_step(model, tokens, y, squares, torch.optim.SGD(model.parameters(), lr=0.0)))["value"]


def epoch(module, layer, batches, rule, loss="squares", kind="plain", old=None, loader="list"):
    """train_epoch over these batches, which come as a loader of this kind.

    >>> model = torch.nn.Linear(batches[0][0].shape[1], len(layer[1])); optimizer = getattr(torch.optim,
    ... rule[0])(model.parameters(), **rule[1])
    >>> train_epoch(model, batches, torch.nn.functional.mse_loss, optimizer)  # its weights are others
    """
    model, optimizer = prepared(layer, rule, kind, old, ("weight", "bias"))
    pairs = [tuple(pair) for pair in batches]
    kinds = {"list": pairs, "generator": iter(pairs), "stream": Stream(pairs), "lists": [list(pair) for pair in pairs]}
    result = described(module.train_epoch(model, kinds[loader], loss_named(loss), optimizer))
    return {"result": result, "weights": weights_of(model), "calls": model.calls}


def epochs(module, layer, loaders, rule):
    """What an epoch over each of these loaders returns, with one model and one optimizer, and the weights after it.

    >>> model = torch.nn.Linear(loaders[0][0][0].shape[1], len(layer[1])); optimizer = getattr(torch.optim,
    ... rule[0])(model.parameters(), **rule[1])
    >>> train_epoch(model, loaders[0], torch.nn.functional.mse_loss, optimizer)  # its weights are others
    """
    model, optimizer = prepared(layer, rule, "plain", None, ("weight", "bias"))
    found = []
    for batches in loaders:
        value = described(module.train_epoch(model, [tuple(pair) for pair in batches], squares, optimizer))["value"]
        found.append([value, weights_of(model)])
    return found


def try_epoch(module, sizes, generator):
    model = nn.Linear(3, 2)
    batches = [(torch.ones(size, 3), torch.zeros(size, 2)) for size in sizes]
    loader = iter(batches) if generator else batches
    module.train_epoch(model, loader, squares, torch.optim.SGD(model.parameters(), lr=0.1))
