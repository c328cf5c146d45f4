"""What is asked of a submission: trainings of a linear model, of a scripted one, and of a network on digits."""

from contextlib import suppress

import torch
from parts import Changing, Embedded, Scripted, Shuffled, Watched
from places import Places, stand
from torch import nn

LISTS = ("train_loss", "val_loss", "val_acc")


def told(history):
    """The history in plain data, and of which types its lists are made; the type alone if it is no dict."""
    if not isinstance(history, dict):
        return {"no_dict": type(history).__name__}
    lists = {name: list(history[name]) if name in history else None for name in LISTS}
    kinds = {type(number).__name__ for values in lists.values() for number in values or []}
    ends = {name: history.get(name) for name in ("best_epoch", "stopped_early")}
    return {
        **lists,
        **ends,
        "keys": [str(key) for key in history],
        "types": sorted(kinds),
        "type_of_best_epoch": type(ends["best_epoch"]).__name__,
    }


def train(module, layer, pairs, val, options, rounds=0):
    """A training of a linear model that comes in eval mode: its history, all calls of the model, and its end.

    With `rounds` the pairs are cut into so many different epochs.

    >>> model = torch.nn.Linear(pairs[0][0].shape[1], len(layer[1]))
    >>> fit(model, pairs, val, **options)  # its weights are others
    """
    model = Watched(*layer).eval()
    Watched.calls.clear()
    loader = [tuple(pair) for pair in pairs]
    if rounds:
        size = len(pairs) // rounds
        loader = Changing([loader[i * size : (i + 1) * size] for i in range(rounds)])
    history = module.fit(model, loader, [tuple(pair) for pair in val], **options)
    return {"history": told(history), "calls": list(Watched.calls), "final": [model.linear.weight, model.linear.bias]}


def train_elsewhere(module, layer, pairs, val, options, named):
    """A training on a pretended second device, with model and batches on the CPU before it: where they stood.

    >>> model = torch.nn.Linear(pairs[0][0].shape[1], len(layer[1]))
    >>> fit(model, pairs, val)  # the device is another
    """
    model = Watched(*layer).eval()
    Watched.calls.clear()
    device = options["device"]
    stand((tensor for batch in [*pairs, *val] for tensor in batch), "cpu")
    stand(model.parameters(), "cpu")
    with Places():
        options = {**options, "device": device if named else torch.device(device)}
        history = module.fit(model, [tuple(pair) for pair in pairs], [tuple(pair) for pair in val], **options)
        return {"history": told(history), "places": [call["places"] for call in Watched.calls]}


def hand_over(module, x, y, x_val, y_val):
    """A training on token ids: in which forms they reached the model, and the history.

    >>> model = torch.nn.Sequential(torch.nn.Embedding(8, 3), torch.nn.Flatten(), torch.nn.LazyLinear(3))
    >>> fit(model, list(zip(x.split(6), y.split(6))), list(zip(x_val.split(5), y_val.split(5))), epochs=2, lr=0.1)
    ...  # another model
    """
    Embedded.forms.clear()
    model = Embedded(8, 3)
    train, val = list(zip(x.split(6), y.split(6), strict=True)), list(zip(x_val.split(5), y_val.split(5), strict=True))
    history = module.fit(model, train, val, epochs=2, lr=0.1)
    return {"forms": list(Embedded.forms), "history": told(history)}


def follow(module, losses, options):
    """A training whose validation losses are these: the history, the model after each epoch, and as it came back.

    >>> batch = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    >>> fit(torch.nn.Linear(1, 2), [batch], [batch], **options)  # a model that gives these losses
    """
    model = Scripted(losses)
    Scripted.states.clear()
    labels = torch.zeros(4, dtype=torch.int64)
    history = module.fit(model, [(torch.ones(4, 1), labels)], [(2 * torch.ones(4, 1), labels)], **options)
    return {"history": told(history), "states": list(Scripted.states), "final": model.state()}


def count_epochs(module, losses, options):
    """How many epochs a training with these validation losses runs, whatever it returns or raises in the end.

    >>> batch = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    >>> fit(torch.nn.Linear(1, 2), [batch], [batch], **options)  # a model that gives other losses
    """
    Scripted.states.clear()
    with suppress(Exception):
        follow(module, losses, options)
    return len(Scripted.states)


def train_digits(module, x, y, x_val, y_val, x_test, options):
    """The scores of a small network on new images, after a training on shuffled batches.

    >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64,
    ... 10))
    >>> fit(model, list(zip(x.split(32), y.split(32))), [(x_val, y_val)], **options)  # shuffled in each epoch
    """
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    module.fit(model, Shuffled(x, y, 32), [(x_val, y_val)], **options)
    model.eval()
    with torch.no_grad():
        return model(x_test)


def try_fit(module, epochs):
    batches = [(torch.ones(4, 2), torch.tensor([0, 1, 0, 1]))]
    module.fit(nn.Linear(2, 2), batches, batches, epochs=epochs)
