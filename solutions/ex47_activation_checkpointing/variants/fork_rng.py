"""A Function whose backward pass calls backward, which adds to the .grad of parameters; a dummy carries the graph."""

import torch


class _Forgetful(torch.autograd.Function):
    @staticmethod
    def forward(ctx, dummy, block, x):
        ctx.block = block
        ctx.state = torch.random.get_rng_state()
        ctx.x = x.detach()
        ctx.needs = x.requires_grad
        with torch.no_grad():
            return block(x)

    @staticmethod
    def backward(ctx, g):
        x = ctx.x.clone().requires_grad_(ctx.needs)
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.random.set_rng_state(ctx.state)
            y = ctx.block(x)
        if y.requires_grad:
            y.backward(g)
        return None, None, x.grad


def checkpointed(blocks, x):
    blocks = list(blocks)
    if not blocks:
        raise ValueError("checkpointed() needs blocks")
    dummy = torch.zeros((), requires_grad=True)
    for block in blocks:
        x = _Forgetful.apply(dummy, block, x)
    return x


class Meter(torch.autograd.graph.saved_tensors_hooks):
    """Notes the storages of what is saved inside its `with`."""

    def __init__(self, skip):
        self.skip, self.storages = skip, {}
        super().__init__(self.pack, self.unpack)

    def pack(self, t):
        s = t.untyped_storage()
        if s.data_ptr() not in self.skip:
            self.storages[s.data_ptr()] = s
        return t

    @staticmethod
    def unpack(t):
        return t


def saved_bytes(f, parameters):
    meter = Meter({p.data.untyped_storage().data_ptr() for p in parameters})
    with meter:
        f()
    return sum(len(s) for s in meter.storages.values())
