"""Recomputes the keys of the quizzes in this folder; `check: name` of a question names the function here.

Each function runs in well under half a second and raises AssertionError where a key is wrong. That of a numeric
question returns the key; where the question has `parameters`, it is called with the values of each draw. The others
take no arguments: where the key can be computed as it is printed, `key` holds it (the text of the correct choice of a
single question, or the ids of the correct choices of a multiple one), else they assert the facts that the key states.
"""

import copy
import json
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

Ids = tuple[str, ...]


def replay(losses: list[float], patience: int, min_delta: float = 0.0) -> tuple[int | None, int | None]:
    """The rule on recorded losses: (stop epoch or None, best epoch)."""
    best, best_epoch, counter = math.inf, None, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, best_epoch, counter = loss, epoch, 0
            continue
        counter += 1
        if counter >= patience:
            return epoch, best_epoch
    return None, best_epoch


def holds(facts: dict[str, object], key: Ids) -> None:
    """Exactly the choices of `key` are true."""
    true = {choice for choice, fact in facts.items() if fact}
    assert true == set(key), f"true are {sorted(true)}, the key says {sorted(key)}"


def same(left: Tensor, right: Tensor, atol: float = 1e-5) -> bool:
    return left.shape == right.shape and torch.allclose(left, right, atol=atol)


def seeded(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


# r1: early stopping


def es_stop_epoch(losses: str, best: int, low: str, dip: str, up: str, stop: int) -> int | None:
    curve = json.loads(losses)
    end, found = replay(curve, patience=3)
    assert found == best and curve[best] == float(low) and min(curve[best + 1 :]) < float(low)
    assert (curve[best + 1], curve[best + 2]) == (float(up), float(dip)) and float(dip) < float(up)
    return end


def es_stop_and_restore() -> tuple[int | None, int | None]:
    losses = [2.5, 1.8, 1.2, 0.9, 0.7, 0.6, 0.5, 0.42, 0.38, 0.39, 0.41, 0.44]
    return replay(losses, patience=3, min_delta=0.001)


def es_min_delta_crawl(key: str = "Training stops after epoch 3") -> None:
    stop, _ = replay([0.50, 0.4999, 0.4998, 0.4997, 0.4996], patience=3, min_delta=0.001)
    assert f"Training stops after epoch {stop}" == key


def es_min_delta_reset(key: str = "No: 0.489 and 0.478 reset the counter") -> None:
    losses = [0.500, 0.495, 0.489, 0.484, 0.478]
    assert replay(losses, patience=2, min_delta=0.01)[0] is None
    resets = [losses[end] for end in range(1, 5) if replay(losses[: end + 1], 9, min_delta=0.01)[1] == end]
    assert f"No: {resets[0]} and {resets[1]} reset the counter" == key and len(resets) == 2


def es_nan_loss() -> None:
    assert replay([1.0, math.nan, math.nan], patience=2) == (2, 0)


def es_two_dips() -> tuple[int | None, int | None]:
    return replay([1.0, 0.9, 0.95, 0.94, 0.85, 0.9, 0.88, 0.87, 0.86], patience=4)


def es_impatient(key: str = "It stops after epoch 2 and never sees 0.40") -> None:
    losses = [0.6, 0.5, 0.52, 0.51, 0.40, 0.45]
    stop, _ = replay(losses, patience=1)
    assert stop is not None and f"It stops after epoch {stop} and never sees {min(losses[stop:]):.2f}" == key


def es_state_dict_alias() -> None:
    model = nn.Linear(2, 2)
    kept = model.state_dict()
    with torch.no_grad():
        model.weight.add_(1.0)
    last = model.weight.clone()
    model.load_state_dict(kept)
    assert torch.equal(model.weight, last)


def es_parameters_only() -> None:
    norm = nn.BatchNorm1d(2)
    lost = set(norm.state_dict()) - {name for name, _ in norm.named_parameters()}
    assert {"running_mean", "running_var"} <= lost and not {"weight", "bias"} & lost


def es_tie(key: str = "After epoch 2: a tie is not below the best") -> None:
    stop, _ = replay([0.5, 0.5, 0.5], patience=2)
    assert f"After epoch {stop}: a tie is not below the best" == key


def es_snapshots(key: Ids = ("clone", "deepcopy")) -> None:
    model = nn.Linear(2, 2)
    before = model.weight.detach().clone()
    kept = {
        "clone": {name: tensor.clone() for name, tensor in model.state_dict().items()},
        "deepcopy": copy.deepcopy(model.state_dict()),
        "plain": model.state_dict(),
        "shallow": dict(model.state_dict()),
        "detach": {name: tensor.detach() for name, tensor in model.state_dict().items()},
    }
    with torch.no_grad():
        model.weight.add_(1.0)
    holds({name: torch.equal(state["weight"], before) for name, state in kept.items()}, key)


def es_counting_epochs(key: Ids = ("ran12", "after3")) -> None:
    falling = [float(value) for value in range(20, 11, -1)]
    losses = [*falling, 13.0, 13.0, 13.0]
    stop, best = replay(losses, patience=3)
    assert (stop, best) == (11, 8)
    facts = {
        "ran12": len(losses[: stop + 1]) == 12,
        "after3": stop - best == 3,
        "ran11": len(losses[: stop + 1]) == 11,
        "acc11": best == stop,
        "better": replay([*losses, 13.0], patience=4)[1] != best,
    }
    holds(facts, key)


def es_more_patience(key: Ids = ("not-earlier", "not-worse")) -> None:
    curves = np.random.default_rng(0).random((200, 12)).tolist()
    pairs = []
    for losses in curves:
        (stop, best), (later, found) = replay(losses, patience=2), replay(losses, patience=3)
        end, last = (11 if stop is None else stop), (11 if later is None else later)
        change = losses[found] - losses[best]
        pairs.append((end <= last, change <= 0, change < 0, last - found < end - best))
    certain = [all(column) for column in zip(*pairs, strict=True)]
    names = ("not-earlier", "not-worse", "lower", "less-waste")
    holds({**dict(zip(names, certain, strict=True)), "new-path": False}, key)


# r2: hidden penalties


def strength(lr: float, steps: int) -> float:
    """The L2 strength that stopping after `steps` resembles."""
    return 1 / (lr * steps)


def descended(curvature: float, lr: float, steps: int) -> float:
    """The share of the optimum that gradient descent on a quadratic reaches from 0."""
    w = 0.0
    for _ in range(steps):
        w -= lr * curvature * (w - 1.0)
    return w


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


# r3: label-preserving transforms

TURN = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]])


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])


def ag_quarter_turn(key: str = "0 1 0 0 0") -> None:
    rows = ["00000", "01110", "01000", "01100", "00000"]
    image = np.array([[int(pixel) for pixel in row] for row in rows])
    assert " ".join(map(str, np.rot90(image, k=1)[1])) == key


def af_rotate_then_shift() -> list[float]:
    x, y, _ = shift(2, 0) @ TURN @ np.array([1, 0, 1])
    return [float(x), float(y)]


def af_mirror_matrix(key: str = "To 4: the index form is $w - 1 - x$") -> None:
    w, x = 5, 1
    assert list(np.arange(w)[::-1]).index(x) == w - 1 - x
    assert f"To {w - x}: the index form is $w - 1 - x$" == key


def af_matrix_rules(key: Ids = ("product", "center")) -> None:
    p, c, move = np.array([3, 1, 1]), np.array([2, 2, 1]), shift(2, 0)
    about_c = shift(2, 2) @ TURN @ shift(-2, -2)
    flips = {w: np.array([[-1, 0, w - 1], [0, 1, 0], [0, 0, 1]]) for w in (4, 5)}
    facts = {
        "product": (move @ TURN @ p == move @ (TURN @ p)).all(),
        "center": (about_c @ c == c).all(),
        "commute": (move @ TURN == TURN @ move).all(),
        "any-center": (TURN @ c == c).all(),
        "flip-shift": not (flips[4] @ flips[4] == np.eye(3)).all(),
    }
    assert (flips[5] @ flips[5] == np.eye(3)).all()
    holds(facts, key)


# r4: pipelines


def ag_normalize_red() -> float:
    return (0.5 - 0.485) / 0.229


def ag_resize_crop(key: str = "256×512, then 224×224") -> None:
    factor = 256 / min(512, 1024)
    assert f"{512 * factor:.0f}×{1024 * factor:.0f}, then 224×224" == key


def ag_never_flipped(key: str = "About 0.1 %") -> None:
    assert f"About {100 * 0.5**10:.1f} %" == key


def ag_jitter_range(key: str = "[0.8, 1.2]") -> None:
    assert str([max(0.0, 1 - 0.2), 1 + 0.2]) == key


def pl_input_size(key: Ids = ("back", "padded")) -> None:
    sides = {"back": 28, "padded": 28 + 2 * 2 - 4, "alone": 24, "bigger": 32}
    holds({name: side * side == 784 for name, side in sides.items()}, key)


# r5: mixing


def mx_label(lam: float) -> list[float]:
    cat, dog = lam * np.array([1, 0]) + (1 - lam) * np.array([0, 1])
    return [float(cat), float(dog)]


def mx_pixel(lam: float, x: float, y: float) -> float:
    return torch.lerp(torch.tensor(float(y)), torch.tensor(float(x)), lam).item()


def mx_cross_entropy() -> float:
    logits, label = torch.tensor([[0.6, 0.4]]).log(), torch.tensor([[0.7, 0.3]])
    return nn.functional.cross_entropy(logits, label).item()  # softmax leaves log-probabilities alone


def mx_beta() -> None:
    draws = np.random.default_rng(0).beta(0.2, 0.2, 200_000)
    assert abs(((draws < 0.1) | (draws > 0.9)).mean() - 2 / 3) < 0.02


def cm_patch_weight(s: int, n: int) -> float:
    kept = torch.ones(n, n)
    kept[:s, :s] = 0
    return kept.mean().item()


def cm_clipped_box() -> float:
    side = round(8 * math.sqrt(1 - 0.75))
    kept = torch.ones(8, 8)
    kept[max(0 - side // 2, 0) : side // 2, max(0 - side // 2, 0) : side // 2] = 0
    return kept.mean().item()


# r6: combining


def dg_no_decay_group(key: Ids = ("conv-bias", "bn-weight", "bn-bias")) -> None:
    layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 30 * 30, 10, bias=False)]
    without = {name for name, tensor in nn.Sequential(*layers).named_parameters() if tensor.ndim < 2}
    names = {"conv-bias": "0.bias", "bn-weight": "1.weight", "bn-bias": "1.bias"}
    others = {"conv-weight": "0.weight", "linear-weight": "3.weight", "running": "1.running_mean"}
    holds({choice: name in without for choice, name in {**names, **others}.items()}, key)


# r7: normalization

COLUMN = torch.tensor([[1.0], [2.0], [3.0], [4.0]])


def bn_forward() -> float:
    return nn.BatchNorm1d(1)(COLUMN)[3].item()


def bn_running_mean(a: float, m: float) -> float:
    norm = nn.BatchNorm1d(1, momentum=m)
    norm(torch.tensor([[a], [a + 1], [a + 2], [a + 3]], dtype=torch.float32))
    assert norm.running_mean is not None
    return norm.running_mean.item()


def bn_eval_output(x: float, mu: float, sd: float, gamma: float, beta: float) -> float:
    norm = nn.BatchNorm1d(1).eval()
    seen = {"running_mean": torch.full((1,), float(mu)), "running_var": torch.full((1,), float(sd**2))}
    norm.load_state_dict({**norm.state_dict(), **seen})
    nn.init.constant_(norm.weight, gamma)
    nn.init.constant_(norm.bias, beta)
    return norm(torch.tensor([[float(x)]])).item()


def bn_batch_of_one(key: str = "It raises a ValueError") -> None:
    try:
        nn.BatchNorm1d(4)(torch.ones(1, 4))
    except ValueError as error:
        assert f"It raises a {type(error).__name__}" == key
    else:
        raise AssertionError("no error was raised")


def bn_parameters(n: int) -> int:
    assert sum(tensor.numel() for tensor in nn.BatchNorm1d(n).buffers()) == 2 * n + 1
    return sum(tensor.numel() for tensor in nn.BatchNorm1d(n).parameters())


def bn_shifted_input() -> None:
    norm, x = nn.BatchNorm1d(3), seeded(8, 3)
    assert same(norm(x), norm(x + torch.tensor([7.0, 0.0, 0.0])), atol=1e-4)


def bn_bias_before() -> None:
    linear, norm, x = nn.Linear(4, 3), nn.BatchNorm1d(3), seeded(8, 4)
    assert same(norm(linear(x)), norm(linear(x) - linear.bias))
    (norm(linear(x)) ** 3).sum().backward()
    assert linear.bias.grad.abs().max() < 1e-4 * linear.weight.grad.abs().max()


def bn_forgotten_eval() -> None:
    norm, x = nn.BatchNorm1d(3), seeded(8, 3) + 5
    with torch.no_grad():
        out = norm(x)
    assert same(out.mean(0), torch.zeros(3)) and norm.running_mean.min() > 0.3


def bn_two_switches() -> None:
    layer, x = nn.Dropout(0.5), torch.ones(100, requires_grad=True)
    with torch.no_grad():
        assert (layer(x) == 0).any() and not layer(x).requires_grad
    assert torch.equal(layer.eval()(x), x) and layer(x).requires_grad


def ln_forward() -> float:
    return nn.LayerNorm(3)(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]))[0, 2].item()


def ln_other_samples() -> None:
    norm, x = nn.LayerNorm(5), seeded(4, 5)
    scaled = x * torch.tensor([[1.0], [50.0], [1.0], [1.0]])
    assert same(norm(x), norm(scaled), atol=1e-3) and torch.equal(norm(x)[[0, 2, 3]], norm(scaled)[[0, 2, 3]])


def ln_axes(key: str = "BatchNorm over 32 rows, LayerNorm over 128 columns") -> None:
    x = seeded(32, 128)
    zero = {"rows": lambda out: out.mean(0).abs().max() < 1e-5, "columns": lambda out: out.mean(1).abs().max() < 1e-5}
    words = []
    for norm in (nn.BatchNorm1d(128), nn.LayerNorm(128)):
        (axis,) = [name for name, is_zero in zero.items() if is_zero(norm(x))]
        words.append(f"{type(norm).__name__.rstrip('1d')} over {x.shape[axis == 'columns']} {axis}")
    assert ", ".join(words) == key


def ln_modes() -> None:
    norm, x = nn.LayerNorm(5), seeded(4, 5)
    assert torch.equal(norm.train()(x), norm.eval()(x)) and not list(norm.buffers())


def bn_training_mode(key: Ids = ("batch-mean", "updated")) -> None:
    norm, x = nn.BatchNorm1d(3), seeded(8, 3) + 5
    out = norm(x)
    try:
        zeros = bool((norm(x[:1]) == 0).all())
    except ValueError:
        zeros = False
    facts = {
        "batch-mean": same(out.mean(0), torch.zeros(3)),
        "updated": norm.running_mean.min() > 0,
        "used": same(out, x / math.sqrt(1 + norm.eps)),  # a fresh layer's running mean is 0, its variance 1
        "one": zeros,
    }
    holds(facts, key)


def bn_state_dict(key: Ids = ("mean", "var", "count")) -> None:
    norm = nn.BatchNorm1d(3)
    only = set(norm.state_dict()) - {name for name, _ in norm.named_parameters()}
    names = {"mean": "running_mean", "var": "running_var", "count": "num_batches_tracked"}
    others = {"weight": "weight", "bias": "bias", "momentum": "momentum"}
    holds({choice: name in only for choice, name in {**names, **others}.items()}, key)


def bn_two_variances(key: Ids = ("forward", "fed")) -> None:
    norm, x = nn.BatchNorm1d(3, eps=0.01), seeded(5, 3)
    out, fed = norm(x), norm.running_var.clone()
    norm.eval()(x)
    centered, biased, unbiased = x - x.mean(0), x.var(0, correction=0), x.var(0)
    facts = {
        "forward": same(out, centered / (biased + norm.eps).sqrt()),
        "fed": same(fed, 0.9 + 0.1 * unbiased),
        "keeps": same(fed, 0.1 + 0.9 * unbiased),
        "eval": not torch.equal(norm.running_var, fed),
        "outside": same(out, centered / (biased.sqrt() + norm.eps)),
    }
    holds(facts, key)


# l1: the loop


def lp_accumulation(n: int, g: float) -> float:
    param = torch.tensor(1.0, requires_grad=True)
    for _ in range(n):
        (g * param).backward()
    assert param.grad is not None
    return param.grad.item()


def lp_mean_of_means(low: float, high: float) -> list[float]:
    batches = [torch.full((256,), float(low)), torch.full((64,), float(high))]
    return [sum(batch.mean().item() for batch in batches) / 2, torch.cat(batches).mean().item()]


def lp_last_batch(n: int, b: int) -> list[int]:
    sizes = [len(batch) for batch in torch.arange(n).split(b)]
    return [len(sizes), sizes[-1]]


def lp_item() -> None:
    loss = (2 * torch.tensor(1.0, requires_grad=True)) ** 2
    assert type(loss.item()) is float and loss.requires_grad


def sgd_step(param: Tensor, lr: float = 0.1) -> None:
    """Plain SGD: what `torch.optim.SGD` does with one parameter."""
    if param.grad is not None:
        with torch.no_grad():
            param -= lr * param.grad


def moved(order: str) -> float:
    """How far one weight moves in the first iteration of a loop with these calls."""
    param = torch.tensor(1.0, requires_grad=True)
    for call in order.split():
        if call == "zero_grad":
            param.grad = None
        elif call == "backward":
            (param**2).backward()
        else:
            sgd_step(param)
    return round(1.0 - param.item(), 6)


def lp_order() -> None:
    assert moved("zero_grad backward step zero_grad backward step") == round(1 - 0.8**2, 6)
    assert moved("step backward zero_grad") == moved("backward zero_grad step") == 0


def lp_parameter_count() -> list[int]:
    plain, norm = [nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)], nn.BatchNorm1d(128)
    return [sum(p.numel() for p in nn.Sequential(*layers).parameters()) for layers in (plain, [*plain, norm])]


def lp_validation_number(key: Ids = ("eval", "weigh")) -> None:
    x, y = seeded(528, 3), seeded(528, 3) * 2 + 1
    batches = list(zip(x.split(256), y.split(256), strict=True))

    def report(evaluate: bool = False, weigh: bool = False, record: bool = True, item: bool = False) -> float:
        norm = nn.BatchNorm1d(3).train(not evaluate)
        with torch.set_grad_enabled(record):
            losses = [nn.functional.mse_loss(norm(xb), yb) for xb, yb in batches]
        numbers = [loss.item() if item else loss.detach() for loss in losses]
        weights = [len(xb) if weigh else 1 for xb, _ in batches]
        return float(sum(w * number for w, number in zip(weights, numbers, strict=True)) / sum(weights))

    seen = {"eval": report(evaluate=True), "weigh": report(weigh=True), "no-grad": report(record=False)}
    seen |= {"item": report(item=True), "zero": report()}
    holds({name: abs(value - report()) > 1e-4 for name, value in seen.items()}, key)


def lp_silent_broadcast(key: Ids = ("square", "silent")) -> None:
    pred, y = seeded(8, 1), torch.arange(8.0)
    difference = pred - y
    facts = {
        "square": difference.numel() == 64,
        "silent": not same((difference**2).mean(), ((pred[:, 0] - y) ** 2).mean()),
        "rows": difference.shape[0] == difference.numel(),
    }
    holds({**facts, "raises": False}, key)


def lp_nothing_moves(key: Ids = ("cleared", "too-early")) -> None:
    orders = {
        "cleared": "backward zero_grad step",
        "too-early": "step backward",
        "before": "zero_grad backward step",
        "twice": "backward backward step",
    }
    holds({name: moved(order) == 0 for name, order in orders.items()}, key)


def lp_rate_limit(key: Ids = ("r21", "r30")) -> None:
    rates = {"r11": 0.11, "r19": 0.19, "r21": 0.21, "r30": 0.30}
    holds({name: abs(descended(10.0, lr, 200) - 1.0) > 1.0 for name, lr in rates.items()}, key)


# l2-gradients.yaml


def only_order(lines: dict[str, str], given: dict[str, object], result: str, right: Tensor) -> Ids:
    """The one order in which the lines run and give the right result."""
    found = []
    for order in permutations(lines):
        names = dict(given)
        try:
            exec("\n".join(lines[line] for line in order), {"torch": torch}, names)  # noqa: S102  the lines stand in this file
        except NameError:
            continue
        if same(torch.as_tensor(names[result]), right):
            found.append(order)
    assert len(found) == 1, f"{len(found)} orders are right"
    return found[0]


def gd_one_step(a: float, b: float, lr: float) -> float:
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([a, b], dtype=torch.float64)
    ((w * x - y) ** 2).mean().backward()
    assert w.grad is not None
    return -lr * w.grad.item()


def gd_loop_order() -> Ids:
    X, y = seeded(6, 2), seeded(6)
    lines = {
        "update": "w, b = w - lr * gw, b - lr * gb",
        "grads": "gw, gb = 2 * X.T @ error / len(y), 2 * error.mean()",
        "error": "error = pred - y",
        "pred": "pred = X @ w + b",
    }
    w = torch.zeros(2, requires_grad=True)
    (slope,) = torch.autograd.grad(nn.functional.mse_loss(X @ w, y), w)
    given = {"X": X, "y": y, "w": torch.zeros(2), "b": torch.zeros(()), "lr": 0.1}
    return only_order(lines, given, "w", -0.1 * slope)


def bg_updates(n: int, size: int) -> int:
    return sum(len(range(0, n, size)) for _ in range(10))


def bg_noise(v: float, f: int) -> float:
    # a mean of B draws of +-s has variance s^2 / B; the draws are counted by the binomial distribution
    spread = math.sqrt(4 * v)
    draws = 4 * f
    chances = [math.comb(draws, ups) / 2**draws for ups in range(draws + 1)]
    means = [spread * (2 * ups - draws) / draws for ups in range(draws + 1)]
    return sum(chance * mean**2 for chance, mean in zip(chances, means, strict=True))


def bg_small_batches(key: Ids = ("unbiased", "worse")) -> None:
    slopes = np.array([3.0, 2.0, -1.0])  # of one weight, for three samples
    batches = {size: [np.mean(batch) for batch in combinations(slopes, size)] for size in (1, 2)}
    full = slopes.mean()
    facts = {
        "downhill": all(one > 0 for one in batches[1]),
        "unbiased": all(math.isclose(np.mean(means), full) for means in batches.values()),
        "small": abs(np.mean(batches[1])) < 0.9 * abs(full),
        "worse": any(one * full < 0 for one in batches[1]),
    }
    holds(facts, key)


def ls_grid_shape(key: str = "(3, 5): row j belongs to `ys[j]`") -> None:
    xs, ys = torch.arange(5.0), torch.arange(3.0)
    shape = tuple(torch.meshgrid(xs, ys, indexing="xy")[0].shape)
    assert f"{shape}: row j belongs to `ys[j]`" == key


def ls_alias() -> None:
    p = torch.tensor([1.0, 2.0])
    path = [p]
    for _ in range(10):
        p -= 0.1 * p
        path.append(p)
    assert len(path) == 11 and all(torch.equal(point, p) for point in torch.stack(path))


def ls_zigzag(x: float, lr: float) -> float:
    for _ in range(3):
        x -= lr * 10 * x
    return x


def gc_central(x: float, h: float) -> float:
    return ((x + h) ** 3 - (x - h) ** 3) / (2 * h)


def gc_denominator(text: str) -> None:
    names = {"f": lambda x: x**3, "x": 2.0, "eps": 1e-4}
    assert math.isclose(eval(f"(f(x + eps) - f(x - eps)) / {text}", names), 12.0, rel_tol=1e-6)


def gc_tiny_eps() -> None:
    def error(eps: float) -> float:
        return abs((math.sin(1 + eps) - math.sin(1 - eps)) / (2 * eps) - math.cos(1))

    assert error(1e-5) < 1e-10 and 1e-6 < error(1e-12) < 1e-3


def ac_slopes() -> None:
    def slope(activation: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        z = z.clone().requires_grad_()
        (found,) = torch.autograd.grad(activation(z).sum(), z)
        return found

    z = torch.linspace(-5, 5, 1001)
    assert math.isclose(slope(torch.sigmoid, z).max().item(), 0.25) and math.isclose(slope(torch.tanh, z).max(), 1.0)
    assert slope(torch.relu, torch.tensor([-3.0, 3.0])).tolist() == [0.0, 1.0]


def ac_slope_from_value(s: float) -> float:
    z = torch.tensor(math.log(s / (1 - s)), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(z), z)
    return slope.item()


def ac_overflow() -> None:
    z = torch.tensor([1000.0])
    assert (z.exp() / (1 + z.exp())).isnan().all() and torch.sigmoid(z).item() == 1.0


def nn_equal_start() -> None:
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    for parameter in net.parameters():
        nn.init.constant_(parameter, 0.5 if parameter.ndim == 2 else 0.0)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        ((net(seeded(16, 2)) - seeded(16, 1)) ** 2).mean().backward()
        optimizer.step()
    weight = net[0].weight
    assert same(weight, weight[:1].expand(8, 2)) and not same(weight, torch.full((8, 2), 0.5), atol=1e-3)


def mb_two_permutations() -> None:
    torch.manual_seed(0)
    kept = [(torch.randperm(1000) == torch.randperm(1000)).sum().item() for _ in range(200)]
    assert 0.5 < np.mean(kept) < 1.5 and max(kept) < 10


def mb_orders(key: Ids = ("each-epoch", "generator")) -> None:
    torch.manual_seed(0)
    g, fixed, n = torch.Generator().manual_seed(0), torch.randperm(50), 50
    ways: dict[str, Callable[[], Tensor]] = {
        "each-epoch": lambda: torch.randperm(n),
        "integers": lambda: torch.randint(n, (n,)),
        "generator": lambda: torch.randperm(n, generator=g),
        "once": lambda: fixed,
        "seeded": lambda: torch.randperm(n, generator=torch.Generator().manual_seed(0)),
    }
    facts = {}
    for name, order in ways.items():
        first, second = order(), order()
        facts[name] = len(first.unique()) == n and not torch.equal(first, second)
    holds(facts, key)


def pn_value(a: float, b: float, c: float, lam: float) -> float:
    tensors = [torch.tensor([a, b], dtype=torch.float64), torch.tensor([c], dtype=torch.float64)]
    return sum(lam / 2 * tensor.square().sum().item() for tensor in tensors)


def pn_adam_first(w: float, g: float, lr: float, lam: float) -> list[float]:
    ends = []
    for kind in (torch.optim.Adam, torch.optim.AdamW):
        weight = nn.Parameter(torch.tensor([float(w)], dtype=torch.float64))
        weight.grad = torch.full_like(weight, g)
        kind([weight], lr=lr, weight_decay=lam).step()
        ends.append(weight.item())
    return ends


# m1-optimizers.yaml


def stepped(optimizer: type[torch.optim.Optimizer], w: float, grads: Sequence[float], **options: float) -> list[float]:
    """Where a weight is after each step with these gradients."""
    weight, points = nn.Parameter(torch.tensor([w], dtype=torch.float64)), []
    chosen = optimizer([weight], **options)
    for grad in grads:
        weight.grad = torch.full_like(weight, grad)
        chosen.step()
        points.append(weight.item())
    return points


def op_two_steps(g: float, mu: float, lr: float) -> float:
    return stepped(torch.optim.SGD, 0.0, [g, g], lr=lr, momentum=mu)[-1]


def op_long_run(g: float, mu: float, lr: float) -> float:
    points = stepped(torch.optim.SGD, 0.0, [g] * 200, lr=lr, momentum=mu)
    return points[-2] - points[-1]


def op_adam_first(w: float, g: float, lr: float) -> float:
    return stepped(torch.optim.Adam, w, [g], lr=lr)[-1]


def op_correction(g: float, beta: float) -> list[float]:
    weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    weight.grad = torch.full_like(weight, g)
    optimizer = torch.optim.Adam([weight], lr=0.1, betas=(beta, 0.999))
    optimizer.step()
    average = optimizer.state[weight]["exp_avg"].item()
    return [average, average / (1 - beta)]


def op_tiny_gradient(g: str, share: float) -> float:
    assert math.isclose(float(g) / (float(g) + 1e-8), share)
    return -stepped(torch.optim.Adam, 0.0, [float(g)], lr=0.1, eps=1e-8)[-1]


def op_zero_gradient() -> None:
    first, second = stepped(torch.optim.SGD, 2.0, [1.0, 0.0], lr=0.1, momentum=0.9)
    assert stepped(torch.optim.SGD, 2.0, [0.0], lr=0.1) == [2.0] == stepped(torch.optim.Adam, 2.0, [0.0], lr=0.1)
    assert second < first < 2.0
    assert 0.0 < stepped(torch.optim.AdamW, 2.0, [0.0], lr=0.1, weight_decay=0.1)[0] < 2.0


def op_adam_lines() -> Ids:
    def loss(w: Tensor) -> Tensor:
        return 3 * w**2

    lines = {
        "move": "w = w - step",
        "averages": "m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g ** 2",
        "step": "step = lr * mhat / (vhat.sqrt() + eps)",
        "gradient": "g = torch.autograd.grad(loss(w), w)[0]",
        "corrected": "mhat, vhat = m / (1 - b1 ** t), v / (1 - b2 ** t)",
    }
    w = torch.tensor([2.0], requires_grad=True)
    numbers = {"b1": 0.9, "b2": 0.999, "lr": 0.1, "eps": 1e-8, "t": 2}
    given = {"loss": loss, "w": w, "m": torch.tensor([0.3]), "v": torch.tensor([0.01]), **numbers}
    m, v = 0.9 * 0.3 + 0.1 * 12, 0.999 * 0.01 + 0.001 * 144
    right = 2.0 - 0.1 * (m / (1 - 0.9**2)) / (math.sqrt(v / (1 - 0.999**2)) + 1e-8)
    return only_order(lines, given, "w", torch.tensor([right]))


def op_rmsprop_average(text: str) -> None:
    g = torch.tensor([-2.0, 0.5], dtype=torch.float64)
    v = 0.01 * eval(text, {"g": g, "torch": torch})
    steps = [stepped(torch.optim.RMSprop, 0.0, [one], lr=0.1)[0] for one in g.tolist()]
    assert same(-0.1 * g / (v.sqrt() + 1e-8), torch.tensor(steps, dtype=torch.float64))


def op_scaled_loss() -> None:
    kinds = (torch.optim.SGD, torch.optim.Adam)
    plain, scaled = ([stepped(kind, 0.0, [g], lr=0.1)[0] for kind in kinds] for g in (2.0, 2000.0))
    assert math.isclose(scaled[0], 1000 * plain[0]) and math.isclose(scaled[1], plain[1], rel_tol=1e-6)


def op_shared_state() -> None:
    def step(p: float, g: float, state: dict[str, float] = {}) -> float:  # noqa: B006  the question is about it
        state["v"] = 0.9 * state.get("v", 0.0) + g
        return p - 0.1 * state["v"]

    assert step(0.0, 1.0) == -0.1 and math.isclose(step(0.0, 0.0), -0.09)


def op_ravine() -> None:
    curvature, ends = torch.tensor([1.0, 100.0]), []
    for mu in (0.0, 0.9):
        w = nn.Parameter(torch.tensor([1.0, 1.0]))
        optimizer = torch.optim.SGD([w], lr=0.019, momentum=mu)
        signs = []
        for _ in range(100):
            w.grad = curvature * w.detach()
            signs.append(w.grad[1] > 0)
            optimizer.step()
        ends.append(w.detach().norm())
        assert sum(a != b for a, b in pairwise(signs)) > 20
    assert ends[1] < ends[0] / 5


def op_step_zero() -> None:
    g = torch.tensor([2.0])
    m, v, t = 0.1 * g, 0.001 * g**2, 0
    assert (m / (1 - 0.9**t) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)).isnan().all()


def op_saved_state(key: Ids = ("count", "mean", "square")) -> None:
    weight = nn.Parameter(torch.tensor([3.0]))
    weight.grad = torch.tensor([2.0])
    optimizer = torch.optim.Adam([weight], lr=0.1)
    optimizer.step()
    held = {name: value.item() for name, value in optimizer.state_dict()["state"][0].items()}
    facts = {
        "count": held.pop("step", None) == 1,
        "mean": math.isclose(held.pop("exp_avg", 0.0), 0.2, rel_tol=1e-6),
        "square": math.isclose(held.pop("exp_avg_sq", 0.0), 0.004, rel_tol=1e-6),
    }
    holds({**facts, "gradient": bool(held), "weights": bool(held), "best": bool(held)}, key)


def op_scale_free(key: Ids = ("adam", "rmsprop")) -> None:
    optimizers: dict[str, Callable[[list[nn.Parameter]], torch.optim.Optimizer]] = {
        "sgd": lambda weights: torch.optim.SGD(weights, lr=0.1),
        "momentum": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
        "nesterov": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9, nesterov=True),
        "rmsprop": lambda weights: torch.optim.RMSprop(weights, lr=0.1),
        "adam": lambda weights: torch.optim.Adam(weights, lr=0.1),
    }
    facts = {}
    for name, make in optimizers.items():
        w = nn.Parameter(torch.zeros(2))
        w.grad = torch.tensor([1.0, 100.0])
        make([w]).step()
        facts[name] = math.isclose(w[0].item(), w[1].item(), rel_tol=1e-4)
    holds(facts, key)


# m2-deep-networks.yaml


def scheduled(make: Callable[[torch.optim.Optimizer], Any], base: float, steps: int) -> list[float]:
    """The rates of steps 0 to `steps`."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=base)
    scheduler, rates = make(optimizer), []
    for _ in range(steps + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def sc_warmup(base: float, warmup: int, step: int) -> float:
    def share(number: int) -> float:
        return min(1.0, (number + 1) / warmup)

    rates = scheduled(lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, share), base, warmup)
    assert math.isclose(rates[warmup - 1], base) and np.allclose(np.diff(rates[:warmup]), base / warmup)
    return rates[step]


def sc_cosine(base: float, low: float, warmup: int, total: int, step: int, share: float, line: float) -> float:
    length = total - warmup
    assert abs(line - (1 - (step - warmup) / length)) < 1e-4
    make = torch.optim.lr_scheduler.CosineAnnealingLR
    return scheduled(lambda optimizer: make(optimizer, length, eta_min=low), base, length)[step - warmup]


def sc_step_decay(base: float, gamma: float, step: int) -> float:
    return scheduled(lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 30, gamma), base, step)[step]


def sc_last_step() -> None:
    make = torch.optim.lr_scheduler.CosineAnnealingLR
    rates = scheduled(lambda optimizer: make(optimizer, T_max=20, eta_min=0.1), 1.0, 22)
    assert 0.1 < rates[19] < 0.11 and math.isclose(rates[20], 0.1) and rates[21] > rates[20]


def sc_clamp(text: str) -> None:
    def rate(step: int) -> float:
        progress = eval(f"{text}(1.0, (step - 4) / (20 - 4))", {"step": step})
        return 0.1 + 0.5 * 0.9 * (1 + math.cos(math.pi * progress))

    assert np.allclose([rate(4), rate(12), rate(20), rate(30)], [1.0, 0.55, 0.1, 0.1])


def sc_one_group() -> None:
    body, head = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([{"params": [body]}, {"params": [head]}], lr=0.5)
    optimizer.param_groups[0]["lr"] = 0.1
    body.grad = head.grad = torch.ones(1)
    optimizer.step()
    assert math.isclose(body.item(), 0.9, rel_tol=1e-6) and head.item() == 0.5


def sc_facts(key: Ids = ("order", "batch")) -> None:
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([w], lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
    used = []
    for _ in range(3):
        w.grad = torch.ones(1)
        before = w.item()
        optimizer.step()
        used.append(round(before - w.item(), 4))
        scheduler.step()
    groups = str(optimizer.state_dict()["param_groups"])
    facts = {
        "order": used[0] == 0.1,
        "batch": used == [0.1, 0.1, 0.01],
        "adam": not math.isclose(used[0], used[1]),
        "saved": "last_epoch" in groups,
    }
    holds(facts, key)


def in_he_conv(c: int, n: int) -> float:
    conv = nn.Conv2d(c, n, kernel_size=3)
    terms = conv.weight[0].numel()
    return math.sqrt(2 / terms)


def in_fading(d: int) -> float:
    # E relu(z)^2 = 1/2 for z ~ N(0, 1), by the trapezoidal rule
    z = np.linspace(0, 10, 10_001)
    half = np.trapezoid(z**2 * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi), z)
    return float(half**d)


def in_recipes() -> None:
    sizes = {}
    for name, std in {"he": math.sqrt(2 / 256), "small": 0.01, "large": 1.0, "zero": 0.0}.items():
        generator = torch.Generator().manual_seed(0)
        h = torch.randn(64, 256, generator=generator)
        for _ in range(20):
            h = torch.relu(h @ torch.randn(256, 256, generator=generator).mul(std))
        sizes[name] = h.double().square().mean().sqrt().item()
    assert 0.3 < sizes["he"] < 3 and 0 < sizes["small"] < 1e-15 and sizes["large"] > 1e15 and sizes["zero"] == 0


def in_all_parameters() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
    done = []
    try:
        for name, parameter in model.named_parameters():
            nn.init.kaiming_normal_(parameter)
            done.append(name)
    except ValueError:
        assert done == ["0.weight"]
    else:
        raise AssertionError("no error was raised")


def gf_sigmoid_chain(d: int) -> float:
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    h = x
    for _ in range(d):
        h = torch.sigmoid(h - h.detach())  # each unit at z = 0, where its slope is largest
    (slope,) = torch.autograd.grad(h, x)
    return slope.item()


def gf_block() -> Ids:
    norm, linear, x = nn.LayerNorm(4), nn.Linear(4, 4), seeded(3, 4)
    lines = {
        "skip": "out = x + h",
        "act": "h = torch.relu(h)",
        "norm": "h = norm(x)",
        "linear": "h = linear(h)",
    }
    return only_order(lines, {"x": x, "norm": norm, "linear": linear}, "out", x + torch.relu(linear(norm(x))))


def gf_dead_branch() -> None:
    linear, x = nn.Linear(4, 4), seeded(4).requires_grad_()
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    for activation in (torch.relu, torch.tanh):
        slope = torch.autograd.functional.jacobian(lambda z, act=activation: z + act(linear(z)), x)
        assert torch.equal(slope, torch.eye(4))


def gf_measure() -> None:
    def spoils(measure: Callable[[Tensor, list[nn.Parameter]], object]) -> bool:
        linear = nn.Linear(3, 1)
        weights = list(linear.parameters())
        loss = linear(seeded(5, 3)).square().mean()
        right = torch.autograd.grad(loss, weights, retain_graph=True)
        try:
            measure(loss, weights)
            loss.backward()
        except RuntimeError:
            return True
        return not all(same(p.grad, grad) for p, grad in zip(weights, right, strict=True))

    assert spoils(lambda loss, weights: loss.backward(retain_graph=True))
    assert spoils(lambda loss, weights: torch.autograd.grad(loss, weights))
    assert spoils(lambda loss, weights: torch.autograd.grad(loss.detach(), weights))
    assert not spoils(lambda loss, weights: torch.autograd.grad(loss, weights, retain_graph=True))


def gf_four_nets(key: Ids = ("skip", "norm")) -> None:
    kinds = {"plain": (False, False), "skip": (True, False), "both": (True, True), "norm": (False, True)}
    facts = {}
    for name, (skip, norm) in kinds.items():
        torch.manual_seed(0)
        layers, h = [nn.Linear(32, 32) for _ in range(50)], torch.randn(64, 32)
        for layer in layers:
            branch = torch.relu(layer(nn.functional.layer_norm(h, (32,)) if norm else h))
            h = h + branch if skip else branch
        out = nn.Linear(32, 1)(nn.functional.layer_norm(h, (32,)) if norm else h)
        grads = torch.autograd.grad((out - torch.randn(64, 1)).square().mean(), [layer.weight for layer in layers])
        facts[name] = max(grad.norm().item() for grad in grads) > 1000
    holds(facts, key)


# m3-scale.yaml


def ga_tokens(a: float, b: float) -> float:
    losses = torch.tensor([float(a)] * 6 + [float(b)] * 4, dtype=torch.float64)
    return losses.mean().item()


def ga_undivided(n: int, lr: float) -> float:
    x, y = seeded(4 * n, 2).double(), seeded(4 * n).double()
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    (whole,) = torch.autograd.grad(nn.functional.mse_loss(x @ w, y), w)
    for xs, ys in zip(x.split(4), y.split(4), strict=True):
        nn.functional.mse_loss(xs @ w, ys).backward()
    assert w.grad is not None
    return round(lr * (w.grad / whole).mean().item(), 9)


def ga_share(text: str) -> None:
    model, x, y = nn.Linear(2, 1), seeded(10, 2), seeded(10, 1)
    parts = list(zip(x.split(4), y.split(4), strict=True))
    weight = model.weight
    (whole,) = torch.autograd.grad(nn.functional.mse_loss(model(x), y), weight)
    for xs, ys in parts:
        share = eval(text, {"k": ys.numel(), "total": y.numel(), "parts": parts})
        (nn.functional.mse_loss(model(xs), ys) * share).backward()
    assert weight.grad is not None and same(weight.grad, whole)


def ga_padding() -> None:
    w, mask = torch.ones(3, requires_grad=True), torch.zeros(4)
    loss = ((seeded(4, 3) @ w).square() * mask).sum() / mask.sum()
    (grad,) = torch.autograd.grad(loss * mask.sum() / 10, w)
    assert loss.isnan() and grad.isnan().all()
    assert nn.functional.cross_entropy(seeded(3, 5), torch.full((3,), -100)).isnan()


def ga_shards(n: int, w: int) -> list[int]:
    sizes = [len(part) for part in torch.arange(n).tensor_split(w)]
    assert sum(sizes) == n
    return [max(sizes), min(sizes)]


def ga_batchnorm() -> None:
    def gap(norm: nn.Module) -> float:
        x, y = seeded(12, 3), seeded(12, 1)
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(3, 8), norm, nn.ReLU(), nn.Linear(8, 1))
        weight = net[0].weight
        (whole,) = torch.autograd.grad(nn.functional.mse_loss(net(x), y), weight)
        for xs, ys in zip(x.split(4), y.split(4), strict=True):
            (nn.functional.mse_loss(net(xs), ys) / 3).backward()
        return float((weight.grad - whole).norm() / whole.norm())

    assert gap(nn.Identity()) < 1e-5 and gap(nn.LayerNorm(8)) < 1e-5 and gap(nn.BatchNorm1d(8)) > 0.05


def step_length(order: str, scale: float, limit: float) -> float:
    """The length of an SGD step at lr 1 whose true gradient has norm 3."""
    w = nn.Parameter(torch.zeros(2, dtype=torch.float64))
    actions: dict[str, Callable[[], object]] = {
        "backward": lambda: (scale * (w * torch.tensor([1.8, 2.4])).sum()).backward(),
        "unscale": lambda: w.grad.div_(scale),
        "clip": lambda: nn.utils.clip_grad_norm_([w], limit),
        "step": torch.optim.SGD([w], lr=1.0).step,
    }
    for name in order.split():
        actions[name]()
    return w.norm().item()


def mp_step_order() -> None:
    lengths = [step_length("backward unscale clip step", scale, 1.0) for scale in (1.0, 1024.0)]
    assert np.allclose(lengths, 1.0, rtol=1e-4)
    assert step_length("backward clip unscale step", 1024.0, 1.0) < 0.01
    assert step_length("backward step", 1024.0, 1.0) > 1000


def mp_clip_first(scale: float, limit: float) -> float:
    return step_length("backward clip unscale step", scale, limit)


def mp_scale_trace(run: str, end: int, kept: int, grown: int) -> int:
    def after(resets: bool, falls: bool) -> int:
        scale, count = 1024, 0
        for word in run.split(", "):
            if word == "bad":
                scale, count = (scale // 2 if falls else scale), (0 if resets else count)
            else:
                count += 1
            if count == 3:
                scale, count = scale * 2, 0
        return scale

    assert after(resets=False, falls=True) == kept and after(resets=False, falls=False) == grown
    return after(resets=True, falls=True)


def mp_formats() -> None:
    half, brain, single = (torch.finfo(dtype) for dtype in (torch.float16, torch.bfloat16, torch.float32))
    assert half.bits == brain.bits == 16 and half.max == 65504 and 3e38 < brain.max < 4e38
    assert half.smallest_normal * half.eps > 5e-8 and brain.smallest_normal == single.smallest_normal
    net = nn.Linear(2, 2)
    with torch.autocast("cpu", torch.bfloat16):
        assert net(seeded(2, 2)).dtype == torch.bfloat16 and net.weight.dtype == torch.float32
    assert 1 - torch.tensor(0.001) < 1


def mp_lost_update() -> None:
    w, update = torch.tensor(1.0, dtype=torch.bfloat16), torch.tensor(0.001, dtype=torch.bfloat16)
    for _ in range(100):
        w -= update
    below = torch.nextafter(torch.tensor(1.0, dtype=torch.bfloat16), torch.tensor(0.0, dtype=torch.bfloat16))
    assert w.item() == 1.0 and abs(1 - below.item() - 0.0039) < 1e-4


def mp_underflow() -> None:
    gradient = torch.tensor(2e-8)
    assert gradient.half().item() == 0.0
    assert math.isclose((gradient * 1024).half().float().item() / 1024, 2e-8, rel_tol=0.01)


def mp_bad_step(key: Ids = ("weights", "state", "lower")) -> None:
    w = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.Adam([w], lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    for factor in (1.0, math.inf):
        before, count = w.detach().clone(), len(optimizer.state) and optimizer.state[w]["step"].item()
        optimizer.zero_grad()
        scaler.scale((factor * w).sum()).backward()
        scaler.step(optimizer)
        scaler.update()
    zeroed = nn.Parameter(torch.ones(1))
    other = torch.optim.Adam([zeroed], lr=0.1)
    for grad in (1.0, 0.0):
        last = zeroed.item()
        zeroed.grad = torch.tensor([grad])
        other.step()
    w.grad = torch.tensor([math.inf, 1.0])
    nn.utils.clip_grad_norm_([w], 1.0)
    facts = {
        "weights": torch.equal(w, before),
        "state": optimizer.state[w]["step"].item() == count,
        "lower": scaler.get_scale() < 1024,
        "clip": bool(w.grad.isfinite().all()),
        "zero": zeroed.item() == last,
        "raise": scaler.get_scale() > 1024,
    }
    holds(facts, key)


def kept_bytes(run: Callable[[], object], weights: Sequence[Tensor]) -> int:
    """Bytes of the storages that autograd keeps, without those of the weights."""
    own, kept = {weight.untyped_storage().data_ptr() for weight in weights}, {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)  # kept alive, so that no address is used again
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = run()
    assert out is not None
    return sum(size for size, _ in kept.values())


def through(blocks: Sequence[nn.Module], x: Tensor) -> Tensor:
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False)
    return x


def ck_memory(n: int, batch: int, width: int) -> int:
    blocks = [nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(n)]
    x = seeded(batch, width).requires_grad_()
    weights = [weight for block in blocks for weight in block.parameters()]
    return kept_bytes(lambda: through(blocks, x), weights)


def ck_run_order(key: str = "0 1 2 3, then 3 2 1 0") -> None:
    ran: list[str] = []

    class Writing(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            ran.append(self.name)
            return super().forward(x).relu()

    blocks = [Writing(2, 2) for _ in range(4)]
    for number, block in enumerate(blocks):
        block.name = str(number)
    through(blocks, seeded(3, 2)).sum().backward()
    assert f"{' '.join(ran[:4])}, then {' '.join(ran[4:])}" == key


def ck_dropout() -> None:
    block = nn.Dropout(0.5)
    for preserve in (True, False):
        torch.manual_seed(0)
        x = torch.ones(1000, requires_grad=True)
        out = checkpoint(block, x, use_reentrant=False, preserve_rng_state=preserve)
        (grad,) = torch.autograd.grad(out.sum(), x)
        assert torch.equal(grad, out) == preserve


def ck_trade(key: Ids = ("memory", "time")) -> None:
    runs = 0

    class Counted(nn.Sequential):
        def forward(self, x: Tensor) -> Tensor:
            nonlocal runs
            runs += 1
            return super().forward(x)

    blocks, x = [Counted(nn.Linear(8, 8), nn.ReLU()) for _ in range(4)], seeded(16, 8)
    plain = nn.Sequential(*blocks)
    weights = list(plain.parameters())
    ways: list[Callable[[], Tensor]] = [lambda: plain(x), lambda: through(blocks, x)]
    grads, counts = [], []
    for way in ways:
        runs = 0
        grads.append(torch.autograd.grad(way().sum(), weights))
        counts.append(runs)
    training = [kept_bytes(way, weights) for way in ways]
    with torch.no_grad():
        evaluation = [kept_bytes(way, weights) for way in ways]
    facts = {
        "memory": training[1] < training[0],
        "time": counts[1] == 2 * counts[0],
        "approximate": not all(map(torch.equal, *grads)),
        "inference": evaluation[1] < evaluation[0],
        "optimizer": False,
    }
    holds(facts, key)


# m6: watching and debugging a run


def db_first_loss(k: int) -> float:
    return nn.functional.cross_entropy(torch.zeros(1, k), torch.tensor([0])).item()


def db_softmax_floor(k: int) -> float:
    perfect = nn.functional.one_hot(torch.tensor([0]), k).float()
    return nn.functional.cross_entropy(perfect, torch.tensor([0])).item()


def db_grad_norm(a: int, b: int) -> float:
    parameters = [nn.Parameter(torch.zeros(4)) for _ in range(3)]
    for parameter, norm in zip(parameters, (a, b), strict=False):
        parameter.grad = torch.full((4,), norm / 2)
    return nn.utils.clip_grad_norm_(parameters, 1.0).item()


def db_uncorrected_average(beta: float, v: int) -> float:
    mean = 0.0
    for value in (v, v):
        mean = beta * mean + (1 - beta) * value
    return mean


def one_batch(bug: str, steps: int = 100) -> tuple[float, nn.Module]:
    """The last loss of a loop with one bug that sees the same batch at each step, and its model."""
    torch.manual_seed(0)
    model, other = (nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4)) for _ in range(2))
    x, y = seeded(16, 8), torch.arange(16) % 4
    optimizer = torch.optim.Adam((other if bug == "other" else model).parameters(), lr=0.004)
    for _ in range(steps):
        if bug != "old":
            optimizer.zero_grad()
        scores = model(x).softmax(1) if bug == "softmax" else model(x)
        loss = nn.functional.cross_entropy(scores, y[torch.randperm(16)] if bug == "shuffled" else y)
        loss.backward()
        optimizer.step()
    return loss.item(), model


def db_missed_by_one_batch() -> None:
    assert one_batch("old")[0] < 0.1


def db_found_by_one_batch(key: Ids = ("other", "shuffled", "softmax")) -> None:
    facts = {bug: one_batch(bug)[0] > 0.3 for bug in ("other", "shuffled", "softmax", "old")}
    holds(facts, key)


def db_twin_order() -> None:
    for clears in (True, False):
        models = [nn.Linear(2, 1) for _ in range(2)]
        models[1].load_state_dict(models[0].state_dict())
        for parameter in models[1].parameters():
            parameter.grad = torch.full_like(parameter, 1000.0)
        for model in models:
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            if clears:
                optimizer.zero_grad()
            model(seeded(4, 2)).square().mean().backward()
            optimizer.step()
        assert all(map(torch.equal, *(model.parameters() for model in models))) == clears


def db_diagnoses() -> None:
    assert min(0.9, 0.5) * 2 < sorted([0.9, 1.6, 3.1])[1] and sorted([0.7, 0.5, 0.4])[1] < 2 * 0.4
    assert abs(math.log(10) - 2.30) < 0.01
    rises, flat = [2.1, 1.3, 1.0, 1.2, 1.5], [2.1, 1.5, 1.3, 1.2, 1.2]
    assert rises[-1] > 1.1 * min(rises) and flat[-1] == min(flat)


def db_epoch_loss(text: str) -> None:
    model, x, y = nn.Linear(3, 2), seeded(10, 3), torch.arange(10) % 2
    total = 0.0
    for xb, yb in zip(x.split(4), y.split(4), strict=True):
        total += eval(text, {"loss": nn.functional.cross_entropy(model(xb), yb), "xb": xb, "yb": yb})
    assert isinstance(total, float)
    assert math.isclose(total / 10, nn.functional.cross_entropy(model(x), y).item(), rel_tol=1e-5)


def db_two_orders() -> None:
    torch.manual_seed(0)
    x = torch.arange(100)
    order = torch.randperm(100)
    assert torch.equal(x[order], x.clone()[order])
    assert (x[torch.randperm(100)] == x[torch.randperm(100)]).sum() < 10


# m8: a language model's step, and what a run costs


def lm_perplexity(v: int) -> float:
    return nn.functional.cross_entropy(torch.zeros(1, v), torch.tensor([0])).exp().item()


def lm_real_targets(rows: int, length: int, pad: int) -> int:
    tokens = torch.ones(rows, length, dtype=torch.long)
    tokens[:, length - pad :] = 0
    return int((tokens[:, 1:] != 0).sum())


def lm_shift(text: str) -> None:
    tokens, logits = torch.tensor([[1, 2, 3, 4], [4, 2, 0, 1]]), torch.zeros(2, 4, 5)
    for row, column in ((row, column) for row in range(2) for column in range(3)):
        logits[row, column, tokens[row, column + 1]] = 50.0
    target = eval(f"tokens[{text}]", {"tokens": tokens}).reshape(-1)
    predicted = logits[:, :-1].reshape(-1, 5)
    assert len(target) == len(predicted) and nn.functional.cross_entropy(predicted, target) < 1e-6


def clipped(grads: Sequence[float], limit: float) -> tuple[list[float], float]:
    """The gradients after clipping, and what the call returns."""
    weights = [nn.Parameter(torch.zeros(1)) for _ in grads]
    for weight, grad in zip(weights, grads, strict=True):
        weight.grad = torch.tensor([float(grad)])
    norm = nn.utils.clip_grad_norm_(weights, limit).item()
    return [weight.grad.item() for weight in weights if weight.grad is not None], norm


def lm_clipped_entry(a: int, b: int, c: int) -> float:
    return clipped((a, b), c)[0][0]


def lm_step_order() -> None:
    for late in (False, True):
        w = nn.Parameter(torch.ones(1))
        optimizer = torch.optim.SGD([w], lr=1.0)
        (100 * w).sum().backward()
        if not late:
            nn.utils.clip_grad_norm_([w], 1.0)
        optimizer.step()
        assert (abs(w.item()) < 1e-4) != late


def lm_clipping_facts(key: Ids = ("before", "small")) -> None:
    grads, norm = clipped((3, 4), 1.0)
    small = clipped((0.2,), 1.0)[0][0]
    facts = {
        "before": math.isclose(norm, 5.0),
        "small": math.isclose(small, 0.2, rel_tol=1e-6),
        "always": math.isclose(small, 1.0),
        "weights": False,
        "entries": math.isclose(grads[0], 1.0),
    }
    holds(facts, key)


def matrices(layers: int, width: int) -> int:
    """Entries of the matrices of that many transformer layers."""
    layer = nn.TransformerEncoderLayer(width, 2, 4 * width)
    return layers * sum(weight.numel() for weight in layer.parameters() if weight.dim() == 2)


def lm_parameters(layers: int, width: int) -> int:
    return matrices(layers, width)


def lm_operations(n: int, d: int) -> float:
    forward = 2 * n * 1e9 * d * 1e9
    return (forward + 2 * forward) / 1e18


def lm_adam_memory(n: int) -> float:
    w = nn.Parameter(torch.ones(1000))
    optimizer = torch.optim.Adam([w])
    w.sum().backward()
    optimizer.step()
    state = [value for value in optimizer.state[w].values() if value.dim() > 0]
    assert w.grad is not None
    return n * sum(tensor.nbytes for tensor in (w, w.grad, *state)) / 1000


def lm_mixed_memory() -> None:
    assert 2 + 2 + 4 + 2 * 4 == 4 + 4 + 2 * 4


def lm_what_grows() -> None:
    assert matrices(2, 128) == 4 * matrices(2, 64) and matrices(4, 64) == 2 * matrices(2, 64)
    block = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
    kept = [kept_bytes(lambda n=n: block(seeded(n, 8)), list(block.parameters())) for n in (16, 32)]
    assert kept[1] == 2 * kept[0]


# m7: the state of a run


def resumed(*kept: str) -> bool:
    """Does a run that goes on with these parts of its state end where an uninterrupted one does?"""
    x, ends = seeded(8, 4), []
    for interrupted in (False, True):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
        for step in range(6):
            if interrupted and step == 3:
                start = net.state_dict()
                state, rate, random = optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state()
                torch.manual_seed(1)
                net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
                if "model" in kept:
                    net.load_state_dict(start)
                optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
                scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
                if "optimizer" in kept:
                    optimizer.load_state_dict(state)
                if "scheduler" in kept:
                    scheduler.load_state_dict(rate)
                if "random" in kept:
                    torch.set_rng_state(random)
            optimizer.zero_grad()
            (net(x) - 1).square().mean().backward()
            optimizer.step()
            scheduler.step()
        ends.append(net(x))
    return torch.equal(*ends)


def st_what_to_save(key: Ids = ("model", "optimizer", "random")) -> None:
    needed = ("model", "optimizer", "random")
    assert resumed("scheduler", *needed)
    facts: dict[str, object] = dict.fromkeys(("grads", "losses", "data"), False)
    facts |= {part: not resumed("scheduler", *(other for other in needed if other != part)) for part in needed}
    holds(facts, key)


def st_remaining(n: int, b: int, done: int) -> int:
    epoch = len(torch.arange(n).split(b))
    return epoch - done % epoch


def st_loader_generator() -> None:
    generator = torch.Generator().manual_seed(0)
    torch.randperm(9, generator=generator)
    before = generator.get_state()
    order = torch.randperm(9, generator=generator)
    for state, right in ((before, True), (generator.get_state(), False)):
        again = torch.randperm(9, generator=torch.Generator().set_state(state.clone()))
        assert torch.equal(order, again) == right


def st_safe_save() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.pt"
        for step in (1, 2):
            temporary = path.with_suffix(".tmp")
            torch.save({"step": step}, temporary)
            os.replace(temporary, path)
        assert torch.load(path, weights_only=True) == {"step": 2} and not temporary.exists()


def st_average_ema(beta: float, a: int, b: int) -> float:
    average = float(a)
    average += (1 - beta) * (b - average)
    return average


def st_average_swa(values: str, mean: int, so_far: int, last: int) -> float:
    weights = json.loads(f"[{values}]")
    assert np.mean(weights[:3]) == so_far and weights[3] == last and np.mean(weights) == mean
    return float(np.mean(weights))


def st_average_copy(text: str) -> None:
    w = nn.Parameter(torch.ones(2))
    average = eval(f"p.detach(){text}", {"p": w})
    with torch.no_grad():
        w.add_(1.0)
    assert torch.equal(average, torch.ones(2))


def st_ece(n: int, c: float, a: float) -> float:
    bins = [(n, c, a), (2 * n, 0.6, 0.7)]
    return sum(size * abs(right - sure) for size, sure, right in bins) / sum(size for size, _, _ in bins)


def st_temperature(key: Ids = ("modest", "accuracy")) -> None:
    scores = seeded(20, 4)
    plain, cooled = scores.softmax(1), (scores / 2).softmax(1)
    facts = {
        "modest": bool((cooled.amax(1) < plain.amax(1)).all()),
        "accuracy": torch.equal(cooled.argmax(1), plain.argmax(1)),
        "sharper": bool((cooled.amax(1) > plain.amax(1)).any()),
        "half": same(cooled, plain / 2),
        "calibrated": False,
    }
    holds(facts, key)


def st_symptoms() -> None:
    everything = ("model", "optimizer", "scheduler", "random")
    assert resumed(*everything)
    for missing in everything:
        assert not resumed(*(part for part in everything if part != missing)), missing


# m9: transfer and contrastive learning


def tl_head_parameters(f: int, k: int) -> int:
    return sum(weight.numel() for weight in nn.Linear(f, k).parameters())


def tl_frozen_statistics() -> None:
    body, head = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)), nn.Linear(3, 2)
    body.requires_grad_(False)
    before = copy.deepcopy(body.state_dict())
    optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], lr=0.1, weight_decay=0.1)
    head(body(seeded(8, 3))).square().mean().backward()
    optimizer.step()
    moved = {name for name, value in body.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}


def tl_train_override(text: str) -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head, self.depth = nn.Dropout(), nn.Dropout(), 0

        def train(self, mode: bool = True) -> "Model":
            self.depth += 1
            assert self.depth < 5, "train calls itself"
            super().train(mode)
            eval(text, {"self": self, "mode": mode})
            return self

    model = Model().train()
    assert not model.body.training and model.head.training


def tl_order() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    old = copy.deepcopy(model.state_dict())
    model.requires_grad_(False)
    model[-1] = nn.Linear(model[-1].in_features, 5)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert [tuple(parameter.shape) for parameter in trained] == [(5, 4), (5,)]
    try:
        model.load_state_dict(old)
    except RuntimeError:
        return
    raise AssertionError("the old head fits")


def nt_xent(first: Tensor, second: Tensor, tau: float) -> float:
    z = nn.functional.normalize(torch.cat([first, second]), dim=1)
    scores = (z @ z.T / tau).fill_diagonal_(-math.inf)
    return nn.functional.cross_entropy(scores, torch.arange(len(z)).roll(len(first))).item()


def cl_collapse(n: int) -> float:
    return nt_xent(torch.ones(n, 4), torch.ones(n, 4), 0.5)


def cl_negatives(n: int) -> int:
    mask = ~torch.eye(2 * n, dtype=torch.bool)
    mask[torch.arange(2 * n), torch.arange(2 * n).roll(n)] = False
    return int(mask[0].sum())


def cl_perfect() -> None:
    z = torch.eye(4)
    losses = [nt_xent(z, z, tau) for tau in (1.0, 0.5, 0.1, 0.01)]
    assert losses == sorted(losses, reverse=True) and math.isclose(losses[1], 0.59444, abs_tol=1e-4)
    assert 0 <= losses[-1] < 1e-6


def cl_length() -> None:
    z = seeded(8, 3)
    assert math.isclose(nt_xent(z[:4], z[4:], 0.5), nt_xent(10 * z[:4], 10 * z[4:], 0.5), rel_tol=1e-5)
