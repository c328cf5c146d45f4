"""The reference solution of ex39 against whole batches, the README's numbers, and the picture's claim."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex39_accumulate_and_average" / "accumulate_and_average.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex39_accumulate_and_average" / "picture.py"))
LENGTHS = [5, 5, 5, 4, 4, 4, 4, 4, 3, 3]


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def token_loss(scores, targets):
    return F.cross_entropy(scores.transpose(1, 2), targets, ignore_index=0)


def text():
    """A model in float64 and ten sequences, of which 4 + 4 + 2 hold 19, 16 and 6 real tokens."""
    torch.manual_seed(39)
    model = nn.Sequential(nn.Embedding(7, 8), nn.Tanh(), nn.Linear(8, 7)).double()
    x, y = torch.randint(1, 7, (10, 6)), torch.randint(1, 7, (10, 6))
    return model, x, y.masked_fill(torch.arange(6) >= torch.tensor(LENGTHS)[:, None], 0)


def grads(model):
    return [p.grad.clone() for p in model.parameters()]


def test_worked_numbers(ours):
    """The terms of the three micro-batches, the three mean losses, the shards of ten."""
    _, x, y = text()
    terms = [ours.loss_terms(part, 0) for part in y.split([4, 4, 2])]
    assert terms == [19, 16, 6]
    assert ours.loss_terms(y, 0) == 41 and ours.loss_terms(y) == 60
    losses, sizes = [2.0, 2.0, 5.0], [4, 4, 2]
    assert sum(n * loss for n, loss in zip(terms, losses, strict=True)) / 41 == pytest.approx(2.44, abs=0.005)
    assert sum(n * loss for n, loss in zip(sizes, losses, strict=True)) / 10 == pytest.approx(2.6)
    assert [len(part) for part, _ in ours.shard(x, y, 3)] == [4, 3, 3]


@pytest.mark.parametrize("sizes", [[4, 4, 2], [1] * 10, [10], [7, 3]])
def test_equals_the_whole_batch(ours, sizes):
    """Padded tokens in float64, to the last digits; a micro-batch of padding beside them."""
    model, x, y = text()
    loss = token_loss(model(x), y)
    loss.backward()
    right = grads(model)
    pieces = list(zip(x.split(sizes), y.split(sizes), strict=True))
    padding = torch.ones(2, 6, dtype=torch.int64), torch.zeros(2, 6, dtype=torch.int64)
    for given in (pieces, [padding, *pieces], [*pieces, padding]):
        assert ours.accumulate(model, given, token_loss, 0) == pytest.approx(loss.item(), abs=1e-12)
        for mine, other in zip(grads(model), right, strict=True):
            torch.testing.assert_close(mine, other, rtol=0, atol=1e-12)


def test_other_weights_are_off(ours):
    """By sequences and by micro-batches the gradient is another one."""
    model, x, y = text()
    ours.accumulate(model, [(x, y)], token_loss, 0)
    right = torch.cat([g.flatten() for g in grads(model)])
    pieces = list(zip(x.split([4, 4, 2]), y.split([4, 4, 2]), strict=True))
    for shares in ([0.4, 0.4, 0.2], [1 / 3] * 3):
        model.zero_grad()
        for (mine, targets), share in zip(pieces, shares, strict=True):
            (share * token_loss(model(mine), targets)).backward()
        found = torch.cat([g.flatten() for g in grads(model)])
        assert (found - right).norm() / right.norm() > 0.02


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 10])
def test_workers_equal_one_step(ours, workers):
    """Each worker's gradient by itself, reduced by terms."""
    model, x, y = text()
    token_loss(model(x), y).backward()
    right = {name: p.grad.clone() for name, p in model.named_parameters()}
    found, terms = [], []
    for mine, targets in ours.shard(x, y, workers):
        terms.append(ours.loss_terms(targets, 0))
        ours.accumulate(model, [(mine, targets)], token_loss, 0)
        found.append({name: p.grad.clone() for name, p in model.named_parameters()})
    reduced = ours.all_reduce(found, terms)
    for name, g in right.items():
        torch.testing.assert_close(reduced[name], g, rtol=0, atol=1e-12)


def test_worker_of_padding(ours):
    """NaN of a worker without terms stays out, and nobody's gradients change."""
    workers = [{"w": torch.tensor([1.0, 3.0])}, {"w": torch.tensor([torch.nan, 0.0])}, {"w": torch.tensor([5.0, 7.0])}]
    assert ours.all_reduce(workers, [3, 0, 1])["w"].tolist() == [2, 4]
    assert workers[0]["w"].tolist() == [1, 3]


def test_refusals(ours):
    """Nothing to average over, too many workers, names and numbers that differ."""
    model, x, y = text()
    one, other = {"w": torch.ones(1)}, {"v": torch.ones(1)}
    for call in (
        lambda: ours.accumulate(model, [], token_loss), lambda: ours.accumulate(model, [(x, y * 0)], token_loss, 0),
        lambda: ours.shard(x, y, 0), lambda: ours.shard(x, y, 11), lambda: ours.all_reduce([one], [1, 2]),
        lambda: ours.all_reduce([one, other], [1, 2]), lambda: ours.all_reduce([], []),
        lambda: ours.all_reduce([one, one], [0, 0]),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="term|workers"):
            call()


def test_picture_shows_which_weights_are_exact(ours, seen):
    """The claim holds, and fails if padding counts as text and if every worker counts alike."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    padded = {"accumulate": lambda model, parts, loss_fn, ignore: ours.accumulate(model, parts, loss_fn)}
    alike = {"all_reduce": lambda grads, terms: ours.all_reduce(grads, [1] * len(terms))}
    for wrong, says in ((padded, "accumulate is off"), (alike, "all_reduce is")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
