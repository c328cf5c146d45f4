"""Must fail: test_tensor_moves
Says: "unsupported ScalarType BFloat16"
Echoes: test_keeps_structure_and_types

Moved through NumPy: bfloat16 and tensors that need a gradient fail.
"""

from typing import Any

import torch


def pick_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    mps = getattr(torch.backends, "mps", None)
    if mps is not None and mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def to_device(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return torch.from_numpy(batch.numpy()).to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(part, device) for part in batch))
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    return batch
