"""Recomputes the keys of r7-normalization.yaml."""

import math

import torch
from checks import Ids, holds, same, seeded
from torch import nn

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


def ic_undisputed(key: Ids = ("scale", "gradient")) -> None:
    x, weight = seeded(16, 3), torch.randn(4, 3, generator=torch.Generator().manual_seed(1))

    def normed(z: torch.Tensor) -> torch.Tensor:
        return nn.functional.batch_norm(z, None, None, training=True)

    z = (x @ weight.T).requires_grad_()
    fixed = (z - z.mean(0).detach()) / z.std(0, correction=0).detach()
    slopes = [torch.autograd.grad(out[0].sum(), z)[0] for out in (normed(z), fixed)]
    coins = (torch.arange(16) % 4 == 0).float()[:, None]
    facts = {
        "scale": same(normed(x @ (3 * weight).T), normed(x @ weight.T), atol=1e-3),
        "gradient": not same(*slopes, atol=1e-3),
        "gaussian": normed(coins).unique().numel() > 2,
        "settled": False,  # a matter of the literature
        "needed": False,  # nets with skip connections train without
    }
    holds(facts, key)
