"""A flat dict with dotted names; tensors copied one by one; a class as the iterator."""

import os
import pathlib

import torch


def save_checkpoint(path, model, optimizer, scheduler=None, *, epoch=0, step=0, loader_rng=None):
    flat = {"model." + name: tensor for name, tensor in model.state_dict().items()}
    flat |= {"optimizer": optimizer.state_dict(), "meta": [epoch, step]}
    flat["scheduler"] = {} if scheduler is None else scheduler.state_dict()
    flat["rngs"] = [torch.get_rng_state()] + ([loader_rng] if loader_rng is not None else [])
    path = pathlib.Path(path)
    new = path.parent / ("." + path.name + ".new")
    with new.open("wb") as f:
        torch.save(flat, f)
    new.rename(path) if os.name != "nt" else new.replace(path)


def load_checkpoint(path, model, optimizer, scheduler=None):
    flat = torch.load(path)
    own = model.state_dict()
    saved = {k[len("model.") :]: v for k, v in flat.items() if k.startswith("model.")}
    if own.keys() != saved.keys():
        raise KeyError(sorted(own.keys() ^ saved.keys()))
    for name, tensor in own.items():
        if tensor.shape != saved[name].shape:
            raise ValueError(name)
        tensor.copy_(saved[name])
    optimizer.load_state_dict(flat["optimizer"])
    if scheduler:
        scheduler.load_state_dict(flat["scheduler"])
    rng, *loader = flat["rngs"]
    torch.set_rng_state(rng)
    return {"epoch": flat["meta"][0], "step": flat["meta"][1], "loader_rng": loader[0] if loader else None}


class remaining:
    def __init__(self, batches, step):
        self.it, self.left = iter(batches), step

    def __iter__(self):
        return self

    def __next__(self):
        while self.left:
            self.left -= 1
            next(self.it)
        return next(self.it)
