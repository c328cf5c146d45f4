"""A list of candidates for the device, PyTorch's own tree_map for the batch."""

import torch
from torch.utils._pytree import tree_map


def pick_device() -> torch.device:
    candidates = [("cuda", torch.cuda.is_available() and torch.cuda.device_count() > 0)]
    if hasattr(torch.backends, "mps"):
        candidates.append(("mps", torch.backends.mps.is_built() and torch.backends.mps.is_available()))
    return next((torch.device(name) for name, here in candidates if here), torch.device("cpu"))


def to_device(batch, device: torch.device):
    return tree_map(lambda part: part.to(device) if torch.is_tensor(part) else part, batch)
