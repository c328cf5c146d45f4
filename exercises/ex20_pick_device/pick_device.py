"""The device to compute on, and batches moved to it."""

from typing import Any

import torch


def pick_device() -> torch.device:
    """The best device that is available now: cuda if there is one, else mps, else cpu.

    PyTorch is asked anew at each call, so that a later call may answer otherwise. That a device was built into this
    copy of PyTorch (`is_built`), or that a card was counted (`device_count`), does not make it available.
    Works as well where `torch.backends` has no `mps`, as in old versions of PyTorch.
    Returns a `torch.device`, not a string; whether with the index 0 ("cuda:0") or without is free.
    Ask by `torch.cuda.is_available()` and by `is_available()` of `torch.backends.mps` or `torch.mps`, or by
    `torch.accelerator` where it exists: which of them is free. Its `current_accelerator()` alone, without
    `check_available=True`, only says what was built in. To make a tensor and see what fails is no asking.
    """
    raise NotImplementedError("pick_device: not written yet")


def to_device(batch: Any, device: torch.device) -> Any:
    """A batch with all its tensors on `device`.

    batch: a tensor (a Parameter is one), or a list, tuple, named tuple or dict whose parts are again such batches,
    nested as deeply as you like; some tensors may be there already. Returns the same structure: a list for a list,
    a tuple for a tuple, a named tuple of the same type for a named tuple, a dict with the same keys for a dict. Shapes,
    dtypes and numbers of the tensors are kept.
    Anything else, such as strings, numbers, None, sets, NumPy arrays or objects of your own, is handed back as it is,
    also if there are tensors in it.
    The batch itself, and every container in it, stays as it was.
    Free: the order of a dict's keys, keys that are tensors, other subclasses of list, tuple and dict, `deque` and
    other mappings, objects with a method `to` or with `_fields`, whether a moved tensor still has its graph.
    """
    raise NotImplementedError("to_device: not written yet")
