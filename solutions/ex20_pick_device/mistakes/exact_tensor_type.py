"""Must fail: test_tensor_moves
Says: "an nn.Parameter, moved to meta"
Echoes: -

Type(batch) is torch.Tensor: an nn.Parameter or other tensor subclass stays behind.
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
    if type(batch) is torch.Tensor:
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
