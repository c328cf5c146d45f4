"""ignore_index, clip_grad_norm_, zero_grad: PyTorch's own functions."""

import torch
import torch.nn.functional as F


def next_token_loss(logits, tokens, pad_id=None):
    B, T, V = logits.shape
    if T < 2:
        raise ValueError("nothing to predict")
    target = tokens[:, 1:].contiguous().view(-1)
    if pad_id is not None and (target == pad_id).all():
        raise ValueError("only padding")
    return F.cross_entropy(
        logits[:, :-1].contiguous().view(-1, V), target, ignore_index=-100 if pad_id is None else pad_id
    )


def clip_by_global_norm(params, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    return torch.nn.utils.clip_grad_norm_(params, max_norm)


def lm_step(model, tokens, optimizer, lr, max_norm=1.0, pad_id=None):
    for group in optimizer.param_groups:
        group["lr"] = lr
    optimizer.zero_grad(set_to_none=True)
    loss = next_token_loss(model(tokens), tokens, pad_id)
    loss.backward()
    norm = clip_by_global_norm(model.parameters(), max_norm)
    optimizer.step()
    return {"loss": loss.detach(), "grad_norm": norm.detach(), "lr": lr}
