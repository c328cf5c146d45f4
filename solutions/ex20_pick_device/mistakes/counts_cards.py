"""Must fail: test_built_is_not_available
Says: "a card was counted, but counted is not available"
Echoes: -

Takes a card that is in the machine for one that can be used.
"""

from typing import Any

import torch


def pick_device() -> torch.device:
    if torch.cuda.device_count() > 0:
        return torch.device("cuda")
    mps = getattr(torch.backends, "mps", None)  # old versions of PyTorch have none
    if mps is not None and mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def to_device(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        parts = [to_device(part, device) for part in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else type(batch)(parts)  # a named tuple has _fields
    return batch
