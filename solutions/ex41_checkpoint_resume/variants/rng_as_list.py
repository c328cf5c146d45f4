"""Generator states as lists of numbers; the model in train mode afterwards; a backup copied beside as well."""

import os
import shutil

import torch


def _write(content, path):
    tmp = f"{path}.part"
    try:
        torch.save(content, tmp)
    except BaseException:
        if os.path.exists(tmp):
            os.remove(tmp)
        raise
    if os.path.exists(path):
        shutil.copyfile(path, f"{path}.bak")
    os.replace(tmp, path)


def save_checkpoint(path, model, optimizer, scheduler=None, *, epoch=0, step=0, loader_rng=None):
    loader = loader_rng if loader_rng is None else loader_rng.tolist()
    _write(
        dict(
            m=model.state_dict(keep_vars=False),
            o=optimizer.state_dict(),
            s=getattr(scheduler, "state_dict", dict)(),
            e=int(epoch),
            b=int(step),
            l=loader,
            r=torch.get_rng_state().tolist(),
        ),
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler=None):
    c = torch.load(path, weights_only=True)
    missing, unexpected = model.load_state_dict(c["m"], strict=False)
    if missing or unexpected:
        raise RuntimeError(f"{missing=}, {unexpected=}")
    optimizer.load_state_dict(c["o"])
    if scheduler is not None:
        scheduler.load_state_dict(c["s"])
    model.train()
    optimizer.zero_grad()
    torch.set_rng_state(torch.tensor(c["r"], dtype=torch.uint8))
    own = c["l"]
    return {
        "epoch": c["e"],
        "step": c["b"],
        "loader_rng": None if own is None else torch.tensor(own, dtype=torch.uint8),
    }


def remaining(batches, step):
    batches = iter(batches)
    skipped = 0
    while skipped < step:
        try:
            next(batches)
        except StopIteration:
            return
        skipped += 1
    while True:
        try:
            yield next(batches)
        except StopIteration:
            return
