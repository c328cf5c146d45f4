"""Loops over texts and positions, sums in float64, autograd.grad in the step."""

import torch


def next_token_loss(logits, tokens, pad_id=None):
    losses = []
    for scores, text in zip(logits, tokens, strict=True):
        for t in range(len(text) - 1):
            target = int(text[t + 1])
            if pad_id is None or target != pad_id:
                losses.append(scores[t].logsumexp(0) - scores[t, target])
    if len(losses) == 0:
        raise ValueError("nothing is left to predict")
    return sum(losses) / len(losses)


def clip_by_global_norm(params, max_norm):
    if max_norm <= 0.0:
        raise ValueError
    grads = []
    for p in params:
        if p.grad is None:
            continue
        grads.append(p.grad)
    norm = torch.zeros((), dtype=torch.float64)
    for g in grads:
        norm += g.to(torch.float64).pow(2).sum()
    norm = norm.sqrt()
    if norm.item() > max_norm:
        for g in grads:
            g *= float(max_norm / norm)
    return norm


def lm_step(model, tokens, optimizer, lr, max_norm=1.0, pad_id=None):
    params = [p for p in model.parameters() if p.requires_grad]
    loss = next_token_loss(model(tokens), tokens, pad_id)
    for p, g in zip(params, torch.autograd.grad(loss, params, allow_unused=True), strict=True):
        p.grad = g
    norm = clip_by_global_norm(params, max_norm)
    for i in range(len(optimizer.param_groups)):
        optimizer.param_groups[i]["lr"] = lr
    optimizer.step()
    optimizer.zero_grad()
    return {"loss": float(loss.detach()), "grad_norm": norm, "lr": lr}
