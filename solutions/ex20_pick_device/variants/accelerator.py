"""PyTorch's one call for the device where it exists, and a table with one function per kind of batch."""

import torch


def pick_device() -> torch.device:
    if hasattr(torch, "accelerator"):
        device = torch.accelerator.current_accelerator()
        return device if device is not None and torch.accelerator.is_available() else torch.device("cpu")
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


def move_tensor(batch, device):
    return batch.clone().to(device)


def move_list(batch, device):
    return list(map(lambda part: to_device(part, device), batch))


def move_tuple(batch, device):
    parts = (to_device(part, device) for part in batch)
    return batch._make(parts) if hasattr(batch, "_make") else tuple(parts)


def move_dict(batch, device):
    return {key: to_device(batch[key], device) for key in sorted(batch, key=str)}


MOVES = {torch.Tensor: move_tensor, list: move_list, tuple: move_tuple, dict: move_dict}


def to_device(batch, device):
    for kind, move in MOVES.items():
        if isinstance(batch, kind):
            return move(batch, device)
    return batch
