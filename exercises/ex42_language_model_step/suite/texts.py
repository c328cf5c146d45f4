"""Texts, small language models, and what right and misread losses give for them: the examiner of ex42."""

import numpy as np
import torch
from torch import nn

from grader.suite import normal

# ---- scenarios: run beside the learner's code and only report


class Bigram(nn.Module):
    """Logits that depend on the token alone; notes its mode in each call. `spare` takes no part."""

    def __init__(self, weights, spare=None):
        super().__init__()
        table, head = weights
        self.embed, self.head = nn.Embedding(*table.shape), nn.Linear(*head.shape[::-1], bias=False)
        self.embed.weight.data.copy_(table)
        self.head.weight.data.copy_(head)
        if spare is not None:
            self.spare = nn.Parameter(spare.clone())
        self.modes = []

    def forward(self, tokens):
        self.modes.append(self.training)
        return self.head(self.embed(tokens))


def held(model):
    return [p.detach().clone() for p in model.parameters()]


def told(answer):
    """The three numbers that lm_step gave, and which of them still carry a graph."""
    names = ("loss", "grad_norm", "lr")
    numbers = {name: torch.as_tensor(answer[name]).detach().clone() for name in names}
    graphs = [name for name in names if getattr(answer[name], "requires_grad", False)]
    return numbers, graphs


def plain(weights, tokens):
    """Loss and gradients of texts in which every token is followed by itself."""
    model = Bigram(weights)
    loss = nn.functional.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten())
    loss.backward()
    return loss.detach(), [p.grad for p in model.parameters()]


# ---- the examiner's side


def some_weights(draw, vocabulary=7, width=5, size=1.0):
    return [size * normal(draw, vocabulary, width), size * normal(draw, vocabulary, width)]


def echoes(draw, texts=4, length=5, vocabulary=7):
    """Texts that repeat one token each, never 0: a forgotten shift makes no difference, and is judged elsewhere."""
    return np.repeat(draw.integers(1, vocabulary, (texts, 1)), length, 1)


def log_probabilities(logits):
    logits = np.asarray(logits, np.float64)
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def surprises(logits, tokens, shift):
    """Losses and targets of the positions that have one, which is the token `shift` places on."""
    length = tokens.shape[1]
    at = slice(0, length - 1) if shift == 1 else slice(0, length) if shift == 0 else slice(1, length)
    targets = tokens[:, at.start + shift : at.stop + shift]
    logs = np.take_along_axis(log_probabilities(logits)[:, at], targets[..., None], 2)[..., 0]
    return -logs, targets


def total(tensors):
    """The norm of all of them together."""
    return float(np.sqrt(sum(np.sum(np.asarray(one, np.float64) ** 2) for one in tensors)))


def along(tensors, others):
    """The cosine of the angle between two rows of tensors."""
    inner = sum(np.sum(np.asarray(a, np.float64) * b) for a, b in zip(tensors, others, strict=True))
    return float(inner / max(total(tensors) * total(others), 1e-300))
