"""A Function that forgets: its forward pass keeps the input alone, its backward pass runs the block again."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


class Recomputed(torch.autograd.Function):
    """One block. The parameters are inputs, too, so that autograd asks for their gradients."""

    @staticmethod
    def forward(ctx: Any, block: nn.Module, x: Tensor, *parameters: Tensor) -> Tensor:
        ctx.block, ctx.parameters = block, parameters
        ctx.random = torch.get_rng_state()
        ctx.save_for_backward(x)
        return block(x)  # a Function's forward pass records no graph

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (x,) = ctx.saved_tensors
        now = torch.get_rng_state()
        torch.set_rng_state(ctx.random)
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            y = ctx.block(x)
        torch.set_rng_state(now)
        return None, *torch.autograd.grad(y, [x, *ctx.parameters], gradient, allow_unused=True)


def checkpointed(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    if not blocks:
        raise ValueError("at least one block is needed")
    for block in blocks:
        x = Recomputed.apply(block, x, *(p for p in block.parameters() if p.requires_grad))
    return x


def saved_bytes(f: Callable[[], Tensor], parameters: Iterable[Tensor]) -> int:
    own = {p.untyped_storage().data_ptr() for p in parameters}
    kept = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = f()  # held until the count is made, so that no address is used twice
    del output
    return sum(size for place, size in kept.items() if place not in own)
