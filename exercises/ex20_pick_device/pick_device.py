"""The device to compute on, and batches moved to it."""

from typing import Any

import torch


def pick_device() -> torch.device:
    """The best device that is available now: cuda if there is one, else mps, else cpu.

    Asks `torch.cuda.is_available()` and `torch.backends.mps.is_available()` at each call, so that a later call may
    answer otherwise. Works as well where `torch.backends` has no `mps`, as in old versions of PyTorch.
    Returns a `torch.device` ("cuda" or "cuda:0" for the first one), not a string.
    """
    raise NotImplementedError("pick_device: not written yet")


def to_device(batch: Any, device: torch.device) -> Any:
    """A batch with all its tensors on `device`.

    batch: a tensor, or a list, tuple or dict whose parts are again such batches, nested as deeply as you like.
    Returns the same structure: a list for a list, a tuple for a tuple, a dict with the same keys for a dict. Shapes,
    dtypes and numbers are kept. Anything else, such as strings, numbers or None, is handed back as it is.
    The batch itself, and every container in it, stays as it was.
    """
    raise NotImplementedError("to_device: not written yet")
