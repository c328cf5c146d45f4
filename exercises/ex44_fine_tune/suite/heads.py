"""Scenarios of heads, groups and the whole of fine-tuning."""

import torch
from torch import nn
from transfer import body_of, digit_body, numbers

from grader.suite import weights_before_each_step


def network(kind, width, old):
    """Layers with a linear one that is to be replaced, and where that is."""
    again = nn.ReLU()
    layers = {
        "last": [nn.Linear(6, width), nn.ReLU(), nn.Linear(width, old)],
        "more behind it": [nn.Linear(6, width), nn.ReLU(), nn.Linear(width, old), nn.Dropout(0.5), nn.Softmax(1)],
        "one inside": [nn.Linear(6, width), nn.Sequential(nn.ReLU(), nn.Linear(width, width)), nn.Flatten()],
        "alone": [nn.Linear(width, old)],
        "no bias": [nn.Linear(6, width), nn.ReLU(), nn.Linear(width, old, bias=False)],
        "a ReLU that comes twice": [nn.Linear(6, width), again, nn.Linear(width, width), again, nn.Linear(width, old)],
    }[kind]
    return nn.Sequential(*layers), {"one inside": 0, "alone": 0, "a ReLU that comes twice": 4}.get(kind, 2)


def replaced(module, kind, width, old, classes, frozen):
    """Old and new head, the other numbers before and after, which layers are the same objects, what needs gradients.

    >>> model = torch.nn.Sequential(torch.nn.Linear(width, 5), torch.nn.ReLU(), torch.nn.Linear(5, old))
    >>> replace_head(model, classes); model  # another network
    """
    model, place = network(kind, width, old)
    model.requires_grad_(not frozen)
    parts, before, head = list(model), numbers(model), model[place]
    weight = head.weight.detach().clone()
    told = module.replace_head(model, classes)
    new = model[place]
    kept = [a is b for a, b in zip(parts, model, strict=True)]
    first = new.weight.detach().clone(), None if new.bias is None else new.bias.detach().clone()
    needs = [p.requires_grad for p in new.parameters()]
    module.replace_head(model, classes)
    second = model[place].weight.detach().clone()
    rest = {name: one for name, one in numbers(model).items() if not name.startswith(f"{place}.")}
    needs += [p.requires_grad for name, p in model.named_parameters() if not name.startswith(f"{place}.")]
    before = {name: one for name, one in before.items() if not name.startswith(f"{place}.")}
    return told, weight, first, second, kept, needs, (before, rest)


def without_linear(module, kind, classes):
    layers = {"linear": [nn.Linear(3, 4)], "none": [nn.ReLU()], "empty": [], "inside": [nn.Sequential(nn.Linear(3, 4))]}
    module.replace_head(nn.Sequential(*layers[kind]), classes)


def grouped(module, how, head_lr, body_lr):
    """How far each parameter of body and head moves if every gradient is 1, under SGD with the groups.

    >>> tuning_groups(torch.nn.Linear(4, 5), torch.nn.Linear(5, 3), head_lr, body_lr)  # another body
    """
    body, head = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, 5)), nn.Linear(5, 3)
    if how == "partly frozen":
        body[0].requires_grad_(False)
        head.bias.requires_grad_(False)
    if how == "head inside":
        body = nn.Sequential(*body, head)
    if how == "tied":
        body[2].bias = body[0].bias
    if how == "frozen body":
        body.requires_grad_(False)
    groups = list(module.tuning_groups(body, head, head_lr, body_lr))
    listed = [group | {"params": list(group["params"])} for group in groups]
    count = sum(len(group["params"]) for group in listed)
    everything = list(nn.ModuleList([body, head]).parameters())
    known = {id(p): [group["lr"] for group in listed if any(p is q for q in group["params"])] for p in everything}
    rates = [(name, known[id(p)]) for name, p in nn.ModuleDict({"body": body, "head": head}).named_parameters()]
    moves = []
    optimizer = torch.optim.SGD([group for group in listed if group["params"]], lr=7.0)
    before = [p.detach().clone() for p in everything]
    for p in everything:
        p.grad = torch.ones_like(p)
    optimizer.step()
    moves = [(a - p.detach()).mean() for a, p in zip(before, everything, strict=True)]
    return rates, moves, count


def of_rates(module, head_lr, body_lr):
    module.tuning_groups(nn.Linear(2, 3), nn.Linear(3, 2), head_lr, body_lr)


def tuned(module, values, classes, x, y, options):
    """Numbers of the body before and after, features by the model, outputs, modes, and the optimizer's steps.

    >>> body = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 5), torch.nn.Tanh())
    >>> fine_tune(body, 5, classes, x, y, **options)  # another body
    """
    body = body_of(values)
    x, y = torch.as_tensor(x).clone(), torch.as_tensor(y).clone()
    model, steps = weights_before_each_step(lambda: module.fine_tune(body, 5, classes, x, y, **options))
    modes = [part.training for part in model.modules()]
    seen = model[0](x), model(x), model[-1].weight, model[-1].bias
    shapes = model[-1].weight.shape, model[-1].bias.shape
    first = [one for one in steps[0]["weights"] if one.shape in shapes] if steps else []
    late, early = (steps[-1], steps[max(0, len(steps) - 2)]) if steps else ({"weights": [], "grads": []},) * 2
    last = [one for one in zip(late["weights"], late["grads"], early["weights"], strict=True) if one[0].shape in shapes]
    return numbers(body), seen, modes, [step["lr"] for step in steps], (len(model), first, last), (x, y)


def of_settings(module, values, classes, n, labels, steps):
    """
    >>> body = torch.nn.Linear(6, 5)
    >>> fine_tune(body, 5, classes, torch.ones(n, 6), torch.zeros(labels, dtype=torch.int64), steps=steps)
    ...  # another body
    """
    module.fine_tune(body_of(values), 5, classes, torch.ones(n, 6), torch.zeros(labels, dtype=torch.int64), steps=steps)


def transferred(module, values, x, y, others):
    """What the learner's model says of digits that it has not seen, given a trained body and few labels.

    >>> body = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 64), torch.nn.ReLU())
    >>> fine_tune(body, 64, 10, x, y)(others).argmax(1)  # a body without training
    """
    body = digit_body()
    body.load_state_dict({name: torch.as_tensor(one) for name, one in values.items()})
    model = module.fine_tune(body, 64, 10, torch.as_tensor(x), torch.as_tensor(y))
    return model(torch.as_tensor(others)).argmax(1)
