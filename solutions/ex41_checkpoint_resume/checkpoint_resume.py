"""A run is more than its weights: one file with everything that a later step depends on."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
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
    state = {
        "model": model.state_dict(),  # parameters and buffers
        "optimizer": optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "torch_rng": torch.get_rng_state(),
        "epoch": epoch,
        "step": step,
        "loader_rng": loader_rng,
    }
    unfinished = f"{path}.tmp"  # in the same folder, as only there the replacement is a single act
    torch.save(state, unfinished)
    os.replace(unfinished, path)


def load_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None,
) -> dict:
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    if scheduler is not None:
        scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["torch_rng"])  # last, so that nothing draws in between
    return {name: state[name] for name in ("epoch", "step", "loader_rng")}


def remaining(batches: Iterable, step: int) -> Iterator:
    return islice(batches, step, None)
