"""Must fail: test_nested_batches
Says: "on cpu"
Echoes: test_named_tuples

Moves the parts of a container, but not the parts of these.
"""

from typing import Any

import torch


def pick_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    mps = getattr(torch.backends, "mps", None)  # old versions of PyTorch have none
    if mps is not None and mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def to_device(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: part.to(device) if isinstance(part, torch.Tensor) else part for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        parts = [part.to(device) if isinstance(part, torch.Tensor) else part for part in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else type(batch)(parts)  # a named tuple has _fields
    return batch
