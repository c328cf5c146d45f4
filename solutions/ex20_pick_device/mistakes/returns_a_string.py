"""Must fail: test_returns_a_torch_device
Says: "expected torch.device, saw str"
Echoes: -

Hands back the name of the device.
"""

from typing import Any

import torch


def pick_device() -> torch.device:
    if torch.cuda.is_available():
        return "cuda"
    mps = getattr(torch.backends, "mps", None)  # old versions of PyTorch have none
    if mps is not None and mps.is_available():
        return "mps"
    return "cpu"


def to_device(batch: Any, device: torch.device) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        parts = [to_device(part, device) for part in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else type(batch)(parts)  # a named tuple has _fields
    return batch
