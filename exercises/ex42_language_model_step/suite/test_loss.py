"""ex42: the next-token loss."""

import numpy as np
import torch
from texts import Bigram, echoes, held, log_probabilities, some_weights, surprises

from grader.suite import between, close, exactly, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def judged(module, logits, tokens, pad_id):
    """The loss, its gradient by the logits, and the arguments afterwards."""
    mine, text = logits.clone().requires_grad_(), tokens.clone()
    loss = module.next_token_loss(mine, text) if pad_id is None else module.next_token_loss(mine, text, pad_id)
    loss.backward()
    return loss.detach(), mine.grad, mine.detach(), text


def lost(module, logits, tokens, pad_id):
    return torch.as_tensor(module.next_token_loss(logits, tokens, pad_id)).detach()


def of_texts(module, function, tokens, pad_id):
    """The loss of a batch of texts, by itself or in a step."""
    if function == "next_token_loss":
        module.next_token_loss(torch.zeros(*tokens.shape, 5), tokens, pad_id)
    else:
        model = Bigram([torch.ones(5, 3), torch.ones(5, 3)])
        module.lm_step(model, tokens, torch.optim.SGD(model.parameters(), lr=0.1), 0.1, 1.0, pad_id)


def refused(module, weights, tokens, pad_id):
    """The weights before and after a step on texts without targets, and after one on good texts; Adam's memory.

    >>> model = torch.nn.Sequential(torch.nn.Embedding(9, 5), torch.nn.Linear(5, 9));
    ... optimizer = torch.optim.AdamW(model.parameters())
    >>> lm_step(model, torch.full_like(tokens, pad_id), optimizer, 0.1, 1.0, pad_id)
    """
    model = Bigram(weights)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    before = held(model)
    try:
        module.lm_step(model, torch.full_like(tokens, pad_id), optimizer, 0.1, 1.0, pad_id)
    except ValueError:
        pass
    after, memory = held(model), len(optimizer.state)
    module.lm_step(model, tokens, optimizer, 0.1, 1.0, pad_id)
    return before, after, memory, held(model)


# ---- the examiner's side

READINGS = {1: "", 0: " (position t was judged by its own token)", -1: " (position t was judged by token t - 1)"}


@points(3, hint="`logits[:, :-1]` belong to `tokens[:, 1:]`.")
def test_shift(observe, draw):
    """Position t is judged by token t + 1."""
    # verify: ignores stretched (it looks at where a gradient is smallest)
    for texts, length, vocabulary in ((3, 6, 7), (1, 2, 5), (4, 3, 3)):
        tokens = 1 + draw.permutation(np.arange(texts * length) % (vocabulary - 1)).reshape(texts, length)
        tokens[0, :2] = 1 + draw.permutation(vocabulary - 1)[:2]
        logits = normal(draw, texts, length, vocabulary)
        _, slope, *_ = exactly(observe(judged, logits, tokens, None), 4)
        slope = shaped(slope, logits.shape, "the gradient of the loss by the logits")
        found, right = slope[:, :-1].argmin(2), tokens[:, 1:]
        if not np.array_equal(found, right):
            what = f"{texts} texts of {length} tokens"
            why = ""
            if np.array_equal(slope.argmin(2), tokens):
                why = ": the model is asked to repeat its input"
            elif np.array_equal(slope[:, 1:].argmin(2), tokens[:, :-1]):
                why = ": each position is judged by the token before it"
            b, t = (int(i) for i in np.argwhere(found != right)[0])
            told = f"position {t} of text {b} is judged by token {found[b, t]}, expected {right[b, t]}"
            require(False, f"{what}, text {b} is {tokens[b].tolist()}: {told}{why}")
        same(slope[:, -1], np.zeros_like(slope[:, -1]), f"{texts} texts of {length}: gradient at the last position")
        require((slope[:, :-1] != 0).any(2).all(), f"{texts} texts of {length}: a position has no gradient")


@points(2, hint="Cross entropy with natural logarithms, the mean over all positions that have a target.")
def test_uniform(observe, draw):
    """Uniform logits cost ln V, and the loss is the mean over all targets of all texts."""
    for vocabulary in (7, int(draw.integers(2, 40))):
        level, tokens = float(draw.normal()), draw.integers(1, vocabulary, (3, 5))
        logits = np.full((3, 5, vocabulary), level, np.float32)
        loss, _, after, text = exactly(observe(judged, logits, tokens, None), 4)
        close(
            shaped(loss, (), "the loss"), np.log(vocabulary), f"V = {vocabulary}, all logits alike: the loss", rtol=1e-4
        )
        same([after, text], [logits, tokens], "logits and tokens after the call")
    for size in (1.0, 1e4):
        rows, tokens = size * normal(draw, 6, 4), echoes(draw, 6, 4, 4)
        logits = np.repeat(rows[:, None], 4, 1)
        right = -log_probabilities(rows)[np.arange(6), tokens[:, 0]].mean()
        loss = shaped(observe(lost, logits, tokens, None), (), "the loss")
        require(np.isfinite(loss), f"logits of size {size:g}: the loss is {loss:.3g}, expected {right:.4g}")
        close(loss, right, f"6 texts of one token each, logits of size {size:g}: the loss", rtol=1e-4)


@points(3, hint="Leave out the positions whose *target* is padding, then take the mean of those that are left.")
def test_padding(observe, draw):
    """Padding targets do not count, neither in the sum nor in the mean."""
    for pad in (0, int(draw.integers(1, 6))):
        tokens = draw.integers(0, 5, (6, 7))
        tokens[tokens >= pad] += 1  # no padding so far
        for row, (start, stop) in zip(tokens, ((4, 7), (0, 3), (2, 4), (0, 7), (6, 7), (0, 0)), strict=True):
            row[start:stop] = pad
        logits = 2 * normal(draw, 6, 7, 6)
        loss, slope, after, text = exactly(observe(judged, logits, tokens, pad), 4)
        loss, slope = float(shaped(loss, (), "the loss")), shaped(slope, logits.shape, "the gradient by the logits")
        ways, what = [], f"6 texts of 7 tokens, pad_id {pad}"
        for shift in READINGS:
            losses, targets = surprises(logits, tokens, shift)
            real = targets != pad
            before = tokens[:, : losses.shape[1]] != pad
            each = [row[kept].mean() for row, kept in zip(losses, real, strict=True) if kept.any()]
            ways.append(losses[real].mean())
            named = {
                "it is diluted: divided by all targets, padding among them": losses[real].sum() / losses.size,
                "padding counts as a target": losses.mean(),
                "padding in the input was left out, not padding as target": losses[before].mean(),
                "the mean over texts of their means": float(np.mean(each)),
                "the sum": losses[real].sum(),
                "divided by the number of texts": losses[real].sum() / len(losses),
                "padding in the input was left out, too": losses[real & before].mean(),
            }
            right = losses[real].mean()  # read without the shift, left-out inputs are the left-out targets
            found = [why for why, value in named.items() if abs(loss - value) < 1e-4 * abs(value) < abs(right - value)]
            require(
                not found, f"{what}: the loss is {loss:.4f}, expected {losses[real].mean():.4f} ({(*found, '')[0]})"
            )
        near = min(ways, key=lambda value: abs(value - loss))
        close(loss, near, f"{what}: the loss")
        counts = int((np.abs(slope).max(2) > 0).sum())
        shift = list(READINGS)[ways.index(near)]
        same(counts, int((surprises(logits, tokens, shift)[1] != pad).sum()), f"{what}: positions with a gradient")
        same(text, tokens, f"{what}: tokens after the call")
        same(after, logits, f"{what}: logits after the call")
    tokens, logits = draw.integers(1, 6, (2, 4)), normal(draw, 2, 4, 6)
    seen = exactly(observe.all(lost, [(logits, tokens, pad) for pad in (None, 0)]), 2)
    close(seen[1], seen[0], "texts without any padding: the loss with pad_id 0, against that without")
    between(float(shaped(seen[0], (), "the loss")), 0.05, 20, "its size")
    tokens = np.zeros((2, 4), np.int64)
    found = shaped(
        observe(lost, np.zeros((2, 4, 6), np.float32), tokens, None), (), "texts of token 0, no pad_id: loss"
    )
    close(found, np.log(6), "texts of token 0 alone, no pad_id, V = 6: the loss")


@points(1, hint="Count the targets that are left before you take their mean: of none it is NaN.")
def test_nothing_to_predict(observe, draw):
    """Texts without a target are refused, and nothing has moved then."""
    # verify: ignores flipped, stretched (weights are compared with what they were before)
    pad, real = (int(one) for one in draw.permutation(5)[:2])
    one, two = np.full((3, 1), real), np.array([[real, pad], [pad, pad]])
    bad = [(name, text, pad) for name in ("next_token_loss", "lm_step") for text in (one, two, np.full((2, 4), pad))]
    bad += [("next_token_loss", one, None), ("lm_step", one, None)]
    good = [
        (name, text, p) for name in ("next_token_loss", "lm_step") for text, p in ((two, None), (two[:, ::-1], pad))
    ]
    observe.refuses(of_texts, bad=bad, good=good, error=ValueError, what="function, tokens, pad_id")
    tokens = np.full((3, 4), real)
    before, after, memory, later = exactly(observe(refused, some_weights(draw), tokens, pad), 4)
    close(after, before, "a batch of padding alone: the weights after the step that was refused", rtol=0, atol=0)
    same(memory, 0, "entries in AdamW's memory after a step that was refused")
    moved = max(float(np.abs(shaped(a, np.shape(b), "weights") - b).max()) for a, b in zip(later, before, strict=True))
    require(moved > 1e-3, "a good step after it moves nothing")
