"""Save a run, and go on with it as if nothing had happened.

What a docstring does not speak of is free.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn


def save_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None,
    *,
    epoch: int = 0,
    step: int = 0,
    loader_rng: Tensor | None = None,
) -> None:
    """Write everything that the run depends on into one file at `path`, in a folder that exists.

    That is the model's state_dict (parameters and buffers), the optimizer, the scheduler if there is one, the three
    values below, and the state of torch's global random generator at the moment of the call.

    epoch: the epoch that the run is in. step: how many batches of it are done. loader_rng: the state that the loader's
    own `torch.Generator` had at the start of this epoch, before the order was drawn: from there it draws it again.

    `torch.load(path, weights_only=True)` can read the file (tensors, numbers, texts, lists, tuples, dicts); its layout
    is free. Saving draws no random number and changes nothing of the run: modes, gradients and weights stay.
    At every moment `path` holds one checkpoint as a whole, either the one from before or the new one: not even a
    process that is killed while it saves costs both. A temporary file may be left behind by a crash.
    """
    raise NotImplementedError("save_checkpoint: not written yet")


def load_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None,
) -> dict:
    """Bring model, optimizer, scheduler and torch's global random generator into the state that was saved.

    The objects that are given are changed; they were made by the same lines as those that were saved. Returns a dict
    with "epoch", "step" and "loader_rng", which is None if None was saved. More keys are free, and so are the modes of
    the model and its `.grad` afterwards. The file alone is needed, as the process may be another one, and it stays.
    FileNotFoundError: there is no file. An error of any kind, as `load_state_dict` raises: the model's state_dict has
    other names or shapes than the one that was saved.
    """
    raise NotImplementedError("load_checkpoint: not written yet")


def remaining(batches: Iterable, step: int) -> Iterator:
    """The batches of an epoch without the first `step`, in their order.

    The first ones are taken from `batches` and dropped, however many there are, so a loader draws its whole epoch.
    `batches` may be a list, a DataLoader, a generator, even one without an end: no batch is taken before it is asked
    for. Nothing comes if there are no more than `step` batches.
    """
    raise NotImplementedError("remaining: not written yet")
