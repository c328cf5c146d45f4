"""BytesIO, then a temporary file of tempfile in the same folder, fsync, and replace."""

import io
import os
import tempfile
from pathlib import Path

import torch


def save_checkpoint(path, model, optimizer, scheduler=None, *, epoch=0, step=0, loader_rng=None):
    buffer = io.BytesIO()
    objects = [model.state_dict(), optimizer.state_dict(), scheduler and scheduler.state_dict()]
    torch.save((objects, epoch, step, loader_rng, torch.random.get_rng_state()), buffer)
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        os.unlink(name)
        raise


def load_checkpoint(path, model, optimizer, scheduler=None):
    with open(path, "rb") as file:
        objects, epoch, step, loader, rng = torch.load(io.BytesIO(file.read()), map_location="cpu")
    for target, saved in zip((model, optimizer, scheduler), objects, strict=True):
        if target is not None and saved is not None:
            target.load_state_dict(saved)
    torch.random.set_rng_state(rng)
    return dict(epoch=epoch, step=step, loader_rng=loader)


def remaining(batches, step):
    iterator = iter(batches)
    for _ in range(step):
        if next(iterator, iterator) is iterator:
            return
    yield from iterator
