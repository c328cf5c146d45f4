"""Recomputes the keys of r2-hidden-penalties.yaml."""

import math

import numpy as np
import torch
from checks import Ids, descended, holds, same
from torch import nn


def strength(lr: float, steps: int) -> float:
    """The L2 strength that stopping after `steps` resembles."""
    return 1 / (lr * steps)


def l2_strength(tau: int, eta: float) -> float:
    return strength(eta, tau)


def l2_halved_rate() -> None:
    assert math.isclose(strength(0.005, 100), 2 * strength(0.01, 100))


def l2_two_shares() -> list[float]:
    return [descended(1.0, 0.1, 10), 1.0 / (1.0 + strength(0.1, 10))]


def l2_two_directions() -> list[float]:
    return [descended(5.0, 0.1, 10), descended(0.1, 0.1, 10)]


def l2_two_runs(tau: int, f: int) -> float:
    return strength(0.01, tau) / strength(0.01, f * tau)


def l2_assumptions() -> None:
    def gap(curvature: float) -> float:
        return abs(descended(curvature, 0.1, 10) - curvature / (curvature + strength(0.1, 10)))

    assert gap(0.01) < 1e-4 and 0.150 < gap(1.0) < 0.155


def l2_weaker(key: Ids = ("more-steps", "larger-rate")) -> None:
    changed = {
        "more-steps": strength(0.1, 20),
        "larger-rate": strength(0.2, 10),
        "fewer-steps": strength(0.1, 5),
        "trade": strength(0.05, 20),
        "both-halved": strength(0.05, 5),
    }
    holds({name: alpha < strength(0.1, 10) for name, alpha in changed.items()}, key)


def decayed(w: float, grad: float, lr: float, decay: float) -> float:
    """One step of `torch.optim.SGD`, as its documentation states it."""
    return w - lr * (grad + decay * w)


def wd_one_step(w: float, g: float, lr: float, wd: float) -> float:
    return decayed(w, g, lr, wd)


def wd_zero_gradient(w: float, lr: float, wd: float) -> float:
    return decayed(w, 0.0, lr, wd)


def wd_penalty_or_decay(key: Ids = ("sgd-same", "adam-differs")) -> None:
    w, grad, lr, lam = 2.0, 0.5, 0.1, 0.2
    shrunk = (1 - lr * lam) * w
    in_gradient, outside = w - lr * np.sign(grad + lam * w), shrunk - lr * np.sign(grad)
    x = torch.tensor([w, 2 * w], requires_grad=True)
    (half,) = torch.autograd.grad((0.5 * lam * x**2).sum(), x)
    (whole,) = torch.autograd.grad((lam * x**2).sum(), x)
    facts = {
        "sgd-same": math.isclose(decayed(w, grad, lr, lam), shrunk - lr * grad),
        "adam-differs": not math.isclose(in_gradient, outside),
        "constant": half[0] == half[1],
        "half": same(whole, lam * x),
        "adamw": math.isclose(in_gradient, outside),
    }
    holds(facts, key)


def do_survivor(p: float) -> float:
    torch.manual_seed(0)
    return nn.Dropout(p)(torch.ones(1000)).max().item()


def do_eval(key: str = "1.00 in every entry") -> None:
    seen = nn.Dropout(0.2).eval()(torch.ones(1000))
    assert f"{seen.min():.2f} in every entry" == f"{seen.max():.2f} in every entry" == key


def do_training_mode(key: Ids = ("mean", "fresh")) -> None:
    torch.manual_seed(0)
    layer, x = nn.Dropout(0.3), torch.ones(200, 500, requires_grad=True)
    out = layer(x)
    (grad,) = torch.autograd.grad(out.sum(), x)
    dropped = out == 0
    facts = {
        "mean": abs(out.mean() - 1) < 0.01,
        "fresh": not torch.equal(out, layer(x)),
        "kept": abs((~dropped).float().mean() - 0.3) < 0.1,
        "rows": (dropped.all(1) | (~dropped).all(1)).all(),
        "grad": bool((grad[dropped] == 1).all()),
    }
    holds(facts, key)


def nz_penalty(a: float, b: float, sigma: float) -> float:
    # the mean over the four sign patterns is the exact expectation, since only the noise's variance enters
    w, x, y = np.array([a, b]), np.array([1.0, 2.0]), 10.0
    signs = [np.array([left, right]) for left in (-1, 1) for right in (-1, 1)]
    noisy = np.mean([((x + sigma * sign) @ w - y) ** 2 for sign in signs])
    return float(noisy - (x @ w - y) ** 2)


def smoothed(k: int, eps: float) -> torch.Tensor:
    return torch.tensor([1.0] + [0.0] * (k - 1), dtype=torch.float64) * (1 - eps) + eps / k


def smooth_loss(logits: torch.Tensor, eps: float) -> torch.Tensor:
    return nn.functional.cross_entropy(logits[None], torch.tensor([0]), label_smoothing=eps)


def sm_targets(k: int, eps: float) -> list[float]:
    """The targets are the gradient's fixed point: softmax of their logarithms."""
    logits = smoothed(k, eps).log().requires_grad_()
    (grad,) = torch.autograd.grad(smooth_loss(logits, eps), logits)
    assert grad.abs().max() < 1e-12
    right, *_, other = logits.softmax(0).tolist()
    return [right, other]


def sm_best_gap(k: int, eps: float) -> float:
    gap = torch.zeros((), dtype=torch.float64, requires_grad=True)
    for _ in range(200):
        logits = torch.cat([gap[None], torch.zeros(k - 1, dtype=torch.float64)])
        (grad,) = torch.autograd.grad(smooth_loss(logits, eps), gap, create_graph=True)
        (bend,) = torch.autograd.grad(grad, gap)
        gap = (gap - (grad / bend).clamp(-0.5, 0.5)).detach().requires_grad_()
        if grad.abs() < 1e-9:
            break
    return gap.item()


def sm_floor(k: int, eps: float) -> float:
    best = smoothed(k, eps).log()
    least = smooth_loss(best, eps)
    assert all(smooth_loss(best + 0.1 * torch.eye(k)[i], eps) > least for i in range(k))
    return least.item()


def sm_validation(key: str = "Its values do not compare with those of runs without it") -> None:
    logits, y = torch.tensor([[4.0, 0, 0], [0, 3, 1]]), torch.tensor([0, 1])
    before = y.clone()
    plain, soft = (nn.functional.cross_entropy(logits, y, label_smoothing=eps) for eps in (0.0, 0.1))
    assert torch.equal(y, before) and soft > 2 * plain and key.startswith("Its values do not compare")


def sm_argument(text: str) -> None:
    logits, y = torch.tensor([[4.0, 0, 0], [0, 3, 1]]), torch.tensor([0, 1])
    try:
        loss = eval(f"nn.functional.cross_entropy(logits, y, {text})", {"nn": nn, "logits": logits, "y": y})
    except TypeError as error:
        raise AssertionError(str(error)) from None
    target = 0.9 * nn.functional.one_hot(y, 3) + 0.1 / 3
    assert same(loss, -(target * logits.log_softmax(1)).sum(1).mean())


def sm_facts(key: Ids = ("pushed", "largest")) -> None:
    logits = torch.tensor([8.0] + [0.0] * 9, requires_grad=True)
    (grad,) = torch.autograd.grad(smooth_loss(logits, 0.1), logits)
    target, wide = smoothed(10, 0.1), smooth_loss(logits, 0.1)
    facts = {
        "pushed": grad[0] > 0,
        "largest": target.argmax() == 0,
        "drawn": len({smooth_loss(logits, 0.1).item() for _ in range(20)}) > 1,
        "logits": same(wide, nn.functional.cross_entropy(logits[None] / 1.1, torch.tensor([0]))),
        "calibrated": False,  # said of what training leads to; ex50 measures it
    }
    holds(facts, key)


def wd_dropped_unit(w: float, lr: float, wd: float) -> float:
    weight = torch.tensor([[float(w), 1.0]], requires_grad=True)
    hidden = torch.tensor([[0.0, 1.0], [0.0, 3.0]])
    optimizer = torch.optim.SGD([weight], lr=lr, weight_decay=wd)
    (hidden @ weight.T).square().mean().backward()
    optimizer.step()
    return weight[0, 0].item()
