"""One-hot targets of zeros for padding; a state of the rates kept and given back; clips by dividing."""

import torch
import torch.nn.functional as F


def next_token_loss(logits, tokens, pad_id=None):
    V = logits.shape[-1]
    hot = F.one_hot(tokens[:, 1:], V).to(logits.dtype)
    if pad_id is not None:
        hot = hot * (tokens[:, 1:] != pad_id).unsqueeze(-1)
    count = hot.sum().item()
    if count == 0:
        raise ValueError("no target")
    return -(hot * F.log_softmax(logits[:, :-1], -1)).sum() / count


def clip_by_global_norm(params, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm <= 0")
    grads = list(filter(lambda g: g is not None, map(lambda p: p.grad, params)))
    norm = sum((g.square().sum() for g in grads), torch.zeros(())).sqrt()
    ratio = norm / max_norm
    if ratio > 1:
        for g in grads:
            g.div_(ratio)
    return norm


def lm_step(model, tokens, optimizer, lr, max_norm=1.0, pad_id=None):
    old = [group["lr"] for group in optimizer.param_groups]
    model.zero_grad()
    loss = next_token_loss(model(tokens), tokens, pad_id)
    loss.backward()
    norm = clip_by_global_norm(iter(list(model.parameters())), max_norm)
    for group in optimizer.param_groups:
        group["lr"] = lr
    optimizer.step()
    for group, rate in zip(optimizer.param_groups, old, strict=True):
        group["lr"] = rate
    return {"lr": torch.tensor(lr), "grad_norm": norm, "loss": loss.detach().clone()}
