"""The model reads all but the last token; cross entropy on transposed logits; one flat vector of gradients."""

import torch
from torch import nn


def loss_of(predicted, target, pad_id):
    if target.numel() == 0 or (pad_id is not None and not (target != pad_id).any()):
        raise ValueError("there is no target")
    criterion = nn.CrossEntropyLoss() if pad_id is None else nn.CrossEntropyLoss(ignore_index=pad_id)
    return criterion(predicted.transpose(1, 2), target)


def next_token_loss(logits, tokens, pad_id=None):
    return loss_of(logits[:, : tokens.size(1) - 1], tokens[:, 1:], pad_id)


def clip_by_global_norm(params, max_norm):
    if max_norm <= 0:
        raise ValueError(max_norm)
    held = [p for p in params if p.grad is not None]
    if not held:
        return 0.0
    flat = torch.cat([p.grad.reshape(-1) for p in held])
    norm = torch.linalg.vector_norm(flat)
    scale = torch.clamp(max_norm / norm.clamp_min(1e-12), max=1.0)
    for p in held:
        p.grad.detach().mul_(scale)
    return norm


def lm_step(model, tokens, optimizer, lr, max_norm=1.0, pad_id=None):
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    optimizer.zero_grad()
    if inputs.shape[1] == 0:
        raise ValueError("too short")
    loss = loss_of(model(inputs), targets, pad_id)
    loss.backward()
    norm = clip_by_global_norm(model.parameters(), max_norm)
    for group in optimizer.param_groups:
        group["lr"] = lr
    optimizer.step()
    return {"loss": loss.item(), "grad_norm": norm.item(), "lr": lr, "perplexity": loss.exp().item()}
