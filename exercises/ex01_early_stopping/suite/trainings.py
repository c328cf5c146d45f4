"""Scenarios of ex01's memory: trainings whose model has parameters and buffers of every kind."""

import os
import tempfile

import torch
from torch import nn


def build():
    """Batch norm, a frozen bias, a float64 layer, and buffers of three dtypes at three depths."""
    body, head = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)), nn.Linear(3, 2).double()
    body[0].bias.requires_grad_(False)
    head.register_buffer("mask", torch.zeros(2, dtype=torch.bool))
    model = nn.Sequential(body, head)
    model.register_buffer("ages", torch.zeros(2, dtype=torch.int64))
    return model


def overwrite(model, numbers):
    """Changes all parameters and buffers, as an epoch of training does: in place, and one buffer by a new tensor."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            tensor.copy_(torch.as_tensor(numbers[name]))
        model.ages = torch.as_tensor(numbers["ages"]).clone()


def look(model):
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def train_and_restore(module, losses, arguments, epochs, later):
    """Epoch i ends with losses[i] and the numbers epochs[i]; then restore(), and again after each of `later`.

    >>> stopper = EarlyStopping(*arguments); model = torch.nn.Linear(1, 1)
    >>> [stopper.step(loss, model) for loss in losses]; stopper.restore(model)  # another model, which stays as it is
    """
    stopper, model = module.EarlyStopping(*arguments), build()
    for loss, numbers in zip(losses, epochs, strict=True):
        overwrite(model, numbers)
        stopper.step(loss, model)
    stopper.restore(model)
    restored = [look(model)]
    for numbers in later:
        overwrite(model, numbers)
        stopper.restore(model)
        restored.append(look(model))
    return restored


def train_restore_and_go_on(module, losses, epochs):
    """The model after restore() and after one more step of an optimizer that was made in the beginning.

    Before the last epoch one bias is frozen and another one, frozen until then, is thawed.

    >>> stopper = EarlyStopping(100, 0.01); model = torch.nn.Linear(1, 1)
    >>> [stopper.step(loss, model) for loss in losses]; stopper.restore(model)  # another model, which stays as it is
    """
    stopper, model = module.EarlyStopping(100, 0.01), build()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    for left, loss, numbers in zip(reversed(range(len(losses))), losses, epochs, strict=True):
        model[0][0].bias.requires_grad_(left > 0)
        model[1].bias.requires_grad_(left == 0)
        overwrite(model, numbers)
        stopper.step(loss, model)
    stopper.restore(model)
    restored, trainable = look(model), [name for name, p in model.named_parameters() if p.requires_grad]
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.square().sum().backward()
    optimizer.step()
    return trainable, restored, look(model)


def train_two(module, first, second):
    """Two trainings (losses, epochs) side by side, each in a folder of its own: what step() said and restore() gave.

    >>> stopper = EarlyStopping(3, 0.01); model = torch.nn.Linear(1, 1)
    >>> [stopper.step(loss, model) for loss in first[0]]; stopper.restore(model)
    ...  # another model, which stays as it is
    """
    top, runs = os.getcwd(), []
    for training in (first, second):
        folder = tempfile.mkdtemp(dir=top)
        os.chdir(folder)
        runs.append((module.EarlyStopping(3, 0.01), build(), folder, [], *training))
    for epoch in range(len(first[0])):
        for stopper, model, folder, flags, losses, epochs in runs:
            os.chdir(folder)
            overwrite(model, epochs[epoch])
            flags.append(bool(stopper.step(losses[epoch], model)))
    restored = []
    for stopper, model, folder, flags, _, _ in runs:
        os.chdir(folder)
        stopper.restore(model)
        restored.append((flags, look(model)))
    os.chdir(top)
    return restored


def make(module, patience, min_delta):
    """Only the constructor."""
    module.EarlyStopping(patience, min_delta)


def restore_after(module, losses):
    """Restores after these epochs, in a folder of its own: a checkpoint file of another training is not found.

    >>> stopper = EarlyStopping(5, 0.01); model = torch.nn.Linear(1, 1)
    >>> [stopper.step(loss, model) for loss in losses]; stopper.restore(model)
    """
    os.chdir(tempfile.mkdtemp(dir=os.getcwd()))
    stopper, model = module.EarlyStopping(5, 0.01), nn.Linear(1, 1)
    for loss in losses:
        stopper.step(loss, model)
    stopper.restore(model)
