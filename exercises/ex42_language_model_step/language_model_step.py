"""One training step of a language model: next-token loss, clipping by the global norm, a scheduled learning rate.

B texts of T tokens come as integers (B, T), int64, from 0 to V - 1; a model gives logits (B, T, V) for them. What a
docstring does not speak of is free.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def next_token_loss(logits: Tensor, tokens: Tensor, pad_id: int | None = None) -> Tensor:
    """The mean cross entropy of the next tokens: logits[b, t] are judged by the target tokens[b, t + 1].

    The last position has no target and does not count, nor does a position whose target is pad_id (wherever it stands
    in the text; what the position itself holds is of no importance). The mean is over all targets of all texts that
    count. With pad_id None every target counts.

    A scalar tensor with a graph, finite for large logits, too (up to 1e6). logits and tokens stay as they are.
    ValueError: T < 2, or no target that counts.
    """
    raise NotImplementedError("next_token_loss: not written yet")


def clip_by_global_norm(params: Iterable[Tensor], max_norm: float) -> float:
    """Shorten the gradients in `.grad` to max_norm, if they are longer; returns their norm as it was before.

    The norm is that of all entries of all gradients together. If it is larger than max_norm, every gradient is
    multiplied by the same factor max_norm / norm (an epsilon of at most 1e-6 beside the norm is free); else all stay as
    they are. `params` may be a generator; parameters whose .grad is None are skipped, and without any gradient the
    norm is 0. The parameters themselves stay. A number, or a tensor without axes.
    ValueError: max_norm <= 0; the gradients stay as they are.
    """
    raise NotImplementedError("clip_by_global_norm: not written yet")


def lm_step(
    model: nn.Module,
    tokens: Tensor,
    optimizer: torch.optim.Optimizer,
    lr: float,
    max_norm: float = 1.0,
    pad_id: int | None = None,
) -> dict[str, float]:
    """One step on a batch of texts: next-token loss of model(tokens), backward, clip to max_norm, optimizer.step().

    The optimizer holds all parameters of the model, in one group or several; this step is made with the learning rate
    `lr` in each of them. The model is called once. What stood in `.grad` before the call plays no part, also in
    parameters that take no part in this model call (whether it is set to None or to 0 there is free).

    Returns {"loss": the loss before the step, "grad_norm": the norm before clipping, "lr": lr}: numbers, or tensors
    without axes and without a graph. The mode of the model is left to the caller; what stands in `.grad` afterwards is
    free. ValueError as above; parameters and `optimizer.state` are then as before, the groups' rates are free.
    """
    raise NotImplementedError("lm_step: not written yet")
