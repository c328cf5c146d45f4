"""Must fail: test_built_is_not_available
Says: "but built is not available"
Echoes: -

Current_accelerator() without check_available: the device the copy was built for.
"""

from typing import Any

import torch


def pick_device() -> torch.device:
    return torch.accelerator.current_accelerator() or torch.device("cpu")


def to_device(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    return batch
