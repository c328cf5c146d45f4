"""Must fail: test_keeps_structure_and_types
Says: "a batch whose first tensor is on the device already"
Echoes: -

If the first tensor of a list is on the device already the whole list is handed back.
"""

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
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    if isinstance(batch, list):
        first = next((p for p in batch if isinstance(p, torch.Tensor)), None)
        if first is not None and first.device == device:
            return batch
        return [to_device(part, device) for part in batch]
    return batch
