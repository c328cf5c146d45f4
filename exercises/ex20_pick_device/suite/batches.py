"""Scenarios of to_device: what is inside a batch, described in words, before and after it was moved."""

from collections import namedtuple
from dataclasses import make_dataclass

import numpy as np
import torch

Pair = namedtuple("Pair", "x y")


class Note:
    """An object that is no tensor and no container."""

    def __init__(self, text, tensor):
        self.text, self.tensor = text, tensor


def described(batch):
    """The same structure with words in the place of tensors."""
    if isinstance(batch, torch.Tensor):
        return f"tensor {list(batch.shape)} {str(batch.dtype).removeprefix('torch.')} on {batch.device.type}"
    if isinstance(batch, dict):
        return {key: described(part) for key, part in batch.items()}
    if isinstance(batch, list):
        return [described(part) for part in batch]
    if isinstance(batch, tuple):
        return tuple(described(part) for part in batch)
    return batch


def tensors_in(batch):
    if isinstance(batch, torch.Tensor):
        return [batch]
    parts = batch.values() if isinstance(batch, dict) else batch if isinstance(batch, (list, tuple)) else ()
    return [tensor for part in parts for tensor in tensors_in(part)]


def move(module, batch, device):
    """The moved batch, its description, and those of the batch and the tensors that were given, after the call."""
    tensors = tensors_in(batch)
    moved = module.to_device(batch, torch.device(device))
    left = [described(tensor) for tensor in tensors]
    return {"values": moved, "moved": described(moved), "given": described(batch), "tensors": left}


def move_one(module, tensor, scalar, device):
    """One tensor, without dimensions if `scalar`."""
    return move(module, tensor.flatten()[0] if scalar else tensor, device)


def move_kinds(module, tensor, other):
    """Tensors of other kinds, and one whose numbers were exchanged between two calls."""
    goal, numbers = torch.device("meta"), tensor.clone()
    kinds = {
        "bfloat16": tensor.to(torch.bfloat16),
        "nn.Parameter": torch.nn.Parameter(tensor.clone()),
        "requires a gradient": tensor.clone().requires_grad_(),
    }
    seen = {name: described(module.to_device(one, goal)) for name, one in kinds.items()}
    module.to_device(numbers, goal)
    if numbers.device.type == "cpu":  # else the call has changed it, which is another test's affair
        numbers.data = other.clone()
    else:
        numbers = other
    return {**seen, "exchanged": described(module.to_device(numbers, goal))}


def move_rest(module, a, b):
    """Batches of which the first tensor is on the device already.

    >>> to_device([a.to("meta"), b], torch.device("meta"))
    """
    goal = torch.device("meta")
    there = a.to(goal)
    batches = [there, b], (there, b), {"x": there, "y": b}
    return [described(module.to_device(batch, goal)) for batch in batches]


def move_named(module, a, b, names):
    """A named tuple with these fields, and in it a Pair: what they came back as."""
    sample = namedtuple("Sample", names)
    moved = module.to_device(sample(a, Pair(y=b, x=a), b), torch.device("meta"))
    whole = isinstance(moved, tuple) and len(moved) == 3
    kinds = [(moved, sample), (moved[1] if whole else None, Pair)]
    return [[type(part).__name__, type(part) is kind] for part, kind in kinds] + [described(moved)]


def pass_through(module, tensor, word, number):
    """What became of parts that are no tensors, beside one tensor; the object's text changes after the call.

    >>> to_device({"text": word, "number": number, "image": tensor, "list": [word, number]}, torch.device("meta"))
    """
    note, record = Note(word, tensor.clone()), make_dataclass("Record", ["tensor"])(tensor.clone())
    parts = {
        "text": word, "number": number, "scale": number / 8, "flag": True, "none": None, "raw": word.encode(),
        "set": {tensor.clone()}, "range": range(number), "array": np.arange(number), "note": note, "record": record,
    }  # fmt: skip
    moved = module.to_device(
        {**parts, "image": tensor, "list": [word, number], "tensors": [tensor], "mixed": [word, tensor]},
        torch.device("meta"),
    )
    alone = [module.to_device(part, torch.device("meta")) for part in (word, number, None)]
    note.text = word + word
    if not isinstance(moved, dict):
        return {"type": type(moved).__name__}
    kinds = {name: type(part).__name__ for name, part in moved.items()}
    plain = ("text", "number", "scale", "flag", "none", "raw", "list", "tensors", "mixed")
    values = {name: described(part) for name, part in moved.items() if name in plain}
    values |= {"range": list(moved["range"])} if isinstance(moved.get("range"), range) else {}
    values |= {"array": moved["array"].tolist()} if isinstance(moved.get("array"), np.ndarray) else {}
    inside = {"set": [*parts["set"]], "note": [note.tensor], "record": [record.tensor]}
    inside["set"] += moved["set"] if isinstance(moved.get("set"), set) else []
    inside |= {name: [*inside[name], getattr(moved.get(name), "tensor", None)] for name in ("note", "record")}
    return {
        "type": "dict", "kinds": kinds, "values": values, "text": getattr(moved.get("note"), "text", None),
        "image": described(moved.get("image")), "alone": alone,
        "inside": {name: [described(part) for part in tensors] for name, tensors in inside.items()},
    }  # fmt: skip
