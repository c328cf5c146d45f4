"""Must fail: test_named_tuples
Says: "came back with another type"
Echoes: -

A named tuple comes back as a newly made class of the same name.
"""

from collections import namedtuple
from typing import Any

import torch


def pick_device():
    if torch.cuda.is_available():
        name = "cuda:0"
    elif hasattr(torch.backends, "mps") and torch.backends.mps.is_available():
        name = "mps"
    else:
        name = "cpu"
    return torch.device(name)


def to_device(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        cls = namedtuple(type(batch).__name__, batch._fields)
        return cls(*(to_device(part, device) for part in batch))
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    return batch
