"""The accelerator as PyTorch names it; containers by duck typing, named tuples by `_replace`."""

import torch


def pick_device():
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def to_device(batch, device):
    if hasattr(batch, "to"):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        moved = batch.copy()
        moved.update((key, to_device(part, device)) for key, part in batch.items())
        return moved
    if hasattr(batch, "_replace"):
        return batch._replace(**{name: to_device(part, device) for name, part in batch._asdict().items()})
    if type(batch) in (list, tuple):
        return type(batch)([to_device(part, device) for part in batch])
    return batch
