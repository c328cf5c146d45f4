"""Must fail: test_keeps_structure_and_types
Says: "a tuple came back as a list"
Echoes: test_named_tuples

Every sequence is handed back as a list.
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
        return {key: to_device(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        parts = [to_device(part, device) for part in batch]
        return parts
    return batch
