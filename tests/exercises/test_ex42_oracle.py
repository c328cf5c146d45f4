"""The reference solution of ex42 against PyTorch's own loss, clipping and AdamW; the README's numbers; the picture."""

import copy
import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex42_language_model_step" / "language_model_step.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex42_language_model_step" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def texts(seed=0, pad=None):
    """Logits and tokens of four texts; with padding at the end of some and in the middle of one."""
    noise = torch.Generator().manual_seed(seed)
    logits, tokens = torch.randn(4, 9, 7, generator=noise), torch.randint(1, 7, (4, 9), generator=noise)
    if pad is not None:
        tokens[0, 5:] = tokens[1, 2:] = tokens[2, 3:5] = pad
    return logits, tokens


def network(seed=1):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Embedding(7, 8), nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 7))


@pytest.mark.parametrize("pad", [None, 0, 3])
def test_loss_is_that_of_pytorch(ours, pad):
    """Value and gradient equal cross entropy with ignore_index, on shifted texts."""
    logits, tokens = texts(pad=pad)
    a, b = (logits.clone().requires_grad_() for _ in range(2))
    ours.next_token_loss(a, tokens, pad).backward()
    targets = tokens[:, 1:].reshape(-1)
    loss = F.cross_entropy(b[:, :-1].reshape(-1, 7), targets, ignore_index=-100 if pad is None else pad)
    loss.backward()
    assert ours.next_token_loss(logits, tokens, pad).item() == pytest.approx(loss.item(), rel=1e-5)
    torch.testing.assert_close(a.grad, b.grad)


def test_readme_numbers(ours):
    """ln 7 and its perplexity, seven of ten targets, and the norm 13 of two gradients."""
    loss = ours.next_token_loss(torch.zeros(2, 4, 7), torch.randint(0, 7, (2, 4)))
    assert loss.item() == pytest.approx(1.9459, abs=1e-4)
    assert math.exp(loss) == pytest.approx(7, abs=1e-4)
    assert 8.4 / 7 == pytest.approx(1.2) and 8.4 / 10 == pytest.approx(0.84)
    params = [torch.zeros(2, requires_grad=True) for _ in range(2)]
    params[0].grad, params[1].grad = torch.tensor([3.0, 4.0]), torch.tensor([0.0, 12.0])
    assert ours.clip_by_global_norm(params, 1.0) == pytest.approx(13)
    torch.testing.assert_close(params[0].grad, torch.tensor([0.2308, 0.3077]), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(params[1].grad, torch.tensor([0.0, 0.9231]), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("limit", [0.1, 1.0, 100.0])
def test_clipping_is_that_of_pytorch(ours, limit):
    """The same gradients as clip_grad_norm_, and the same norm before."""
    model = network()
    ours.next_token_loss(3 * model(torch.arange(7)[None]), torch.arange(7)[None]).backward()
    twin = copy.deepcopy(model)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        q.grad = p.grad.clone()
    norm = ours.clip_by_global_norm((p for p in model.parameters()), limit)
    assert norm == pytest.approx(nn.utils.clip_grad_norm_(twin.parameters(), limit).item(), rel=1e-5)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad, rtol=1e-5, atol=1e-8)


def test_steps_of_adamw(ours):
    """Five steps with changing rates, clipped and padded, equal the same by PyTorch's own functions."""
    model = network()
    twin = copy.deepcopy(model)
    adam, other = (torch.optim.AdamW(m.parameters(), lr=9.0, weight_decay=0.1) for m in (model, twin))
    for step, rate in enumerate((0.01, 0.02, 0.03, 0.02, 0.01)):
        _, tokens = texts(step, pad=0)
        told = ours.lm_step(model, tokens, adam, rate, 0.2, 0)
        other.zero_grad()
        loss = F.cross_entropy(twin(tokens)[:, :-1].reshape(-1, 7), tokens[:, 1:].reshape(-1), ignore_index=0)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(twin.parameters(), 0.2)
        other.param_groups[0]["lr"] = rate
        other.step()
        assert told == pytest.approx({"loss": loss.item(), "grad_norm": norm.item(), "lr": rate}, rel=1e-3)
        assert norm > 0.2
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-3, atol=1e-4)


def test_what_is_refused(ours):
    """Texts without targets, and a max_norm of 0; PyTorch says NaN to the first."""
    logits, tokens = texts()
    with pytest.raises(ValueError, match="no target"):
        ours.next_token_loss(logits[:, :1], tokens[:, :1])
    with pytest.raises(ValueError, match="no target"):
        ours.next_token_loss(logits, torch.zeros_like(tokens), 0)
    assert F.cross_entropy(logits.flatten(0, 1), torch.zeros(36, dtype=torch.int64), ignore_index=0).isnan()
    with pytest.raises(ValueError, match="positive"):
        ours.clip_by_global_norm([], 0.0)


def test_picture_shows_shift_and_cut(ours, seen):
    """The claim holds, and fails without the shift, with targets in the padding and without the cut."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 6

    def no_shift(logits, tokens, pad):
        return F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), ignore_index=pad)

    for wrong, says in (
        ({"next_token_loss": no_shift}, "position 0 is pulled toward .1."),
        ({"next_token_loss": lambda logits, tokens, _: ours.next_token_loss(logits, tokens)}, "position 5 is"),
        ({"clip_by_global_norm": lambda params, max_norm: 0.0}, "long after the cut"),
    ):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
