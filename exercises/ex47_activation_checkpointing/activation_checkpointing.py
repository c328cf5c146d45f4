"""Keep only the inputs of the blocks, and compute their inside once more in the backward pass.

What a docstring does not speak of is free.
"""

from collections.abc import Callable, Iterable, Sequence

from torch import Tensor, nn


def checkpointed(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    """blocks[-1](... blocks[1](blocks[0](x))), with one tensor kept per block for the backward pass: its input.

    A block takes one tensor and gives one; it may use torch's global random generator (dropout). Output and gradients
    (of x, if it requires one, and of every parameter that does) are those of the plain loop over the blocks, from the
    same state of that generator. Forward runs the blocks in their order, each once; backward runs each once more, the
    last one first, with the random numbers of its first run, and nothing of a block but its input is kept before
    that. After forward, and after backward, the global generator stands where the plain loop leaves it.

    It works as well if x requires no gradient, if some parameters are frozen, if one block stands at several places,
    in train and in eval mode. x is not modified. `torch.utils.checkpoint` is welcome, and so is a Function of your own.
    Free: blocks with buffers that a pass changes (batch norm), a second backward pass, gradients of gradients.
    ValueError: no blocks.
    """
    raise NotImplementedError("checkpointed: not written yet")


def saved_bytes(f: Callable[[], Tensor], parameters: Iterable[Tensor]) -> int:
    """The bytes that autograd keeps for a backward pass while f() runs, once.

    Counted are the storages of all tensors that are saved: each storage once and as a whole, however many tensors
    and views of it are kept, and whatever its dtype; those of `parameters` (which may be a generator) are left out.
    f's tensors can still be used for a backward pass afterwards. 0 if nothing is kept, as under torch.no_grad().
    """
    raise NotImplementedError("saved_bytes: not written yet")
