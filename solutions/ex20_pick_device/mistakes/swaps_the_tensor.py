"""Must fail: test_batch_stays_as_it_was
Says: "a tensor that you were given was itself changed"
Echoes: -

The caller's tensor object itself is swapped to the device.
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
        if batch.device != torch.device(device):
            torch.utils.swap_tensors(batch, batch.to(device))
        return batch
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    return batch
