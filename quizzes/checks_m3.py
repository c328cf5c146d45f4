"""Recomputes the keys of m3-scale.yaml."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from checks import Ids, holds, kept_bytes, same, seeded
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint


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
