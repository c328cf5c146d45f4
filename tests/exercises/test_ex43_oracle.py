"""The reference solution of ex43 against the README's numbers, and the picture's claim.

Real modules are counted by the suite itself, on networks that are drawn anew.
"""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex43_scaling_budget" / "scaling_budget.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex43_scaling_budget" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def test_gpt2_small(ours):
    """Its weights, those of its biases and norms that the formula leaves out, and Adam's memory for it."""
    count = ours.transformer_params(12, 768, 50257, 1024)
    assert count == 84_934_656 + 39_383_808 == 124_318_464
    assert count + 13 * 12 * 768 + 2 * 768 == 124_439_808
    assert ours.adam_memory_bytes(count) == ours.adam_memory_bytes(count, "mixed") == pytest.approx(1.99e9, rel=1e-3)
    assert ours.adam_memory_bytes(count, "bfloat16") * 2 == ours.adam_memory_bytes(count)
    assert torch.tensor(1.0, dtype=torch.bfloat16) - 0.001 == 1  # why pure bfloat16 is no free lunch


def test_a_real_transformer(ours):
    """Two layers of width 64: the matrices number the formula, biases and norms 13 widths per layer more."""
    layers = [nn.TransformerEncoderLayer(64, 4, 256) for _ in range(2)]
    model = nn.ModuleList([*layers, nn.Embedding(100, 64), nn.Embedding(16, 64)])
    expected = ours.transformer_params(2, 64, 100, 16)
    assert sum(p.numel() for p in model.parameters() if p.ndim > 1) == expected == 105_728
    assert sum(p.numel() for p in model.parameters()) == expected + 2 * 832


def test_a_large_run(ours):
    """70e9 parameters and 1.4e12 tokens: operations, the split back, and days."""
    flops = ours.training_flops(70e9, 1.4e12)
    assert flops == pytest.approx(5.88e23)
    assert ours.compute_optimal(flops) == pytest.approx((70e9, 1.4e12))
    assert ours.training_days(flops, 2000, 312e12, 0.4) == pytest.approx(27.3, abs=0.05)


def test_activations(ours):
    """A multilayer perceptron of depth 2 and 5, and a transformer."""
    assert [ours.mlp_activation_bytes(depth, 64, 32) for depth in (2, 5)] == [24_576, 49_152]
    assert ours.transformer_activation_bytes(12, 768, 12, 1024, 8) == 12 * 717_225_984
    assert ours.transformer_activation_bytes(12, 768, 12, 1024, 16) == 24 * 717_225_984


def test_bad_numbers_are_refused(ours):
    """Nothing, less than nothing, nan, more than all, and an unknown precision."""
    for call in (
        lambda: ours.training_flops(0, 1), lambda: ours.compute_optimal(float("nan")),
        lambda: ours.training_days(1, 1, 1, 1.1), lambda: ours.adam_memory_bytes(1, "float16"),
        lambda: ours.transformer_params(1, 1, 1, -1), lambda: ours.mlp_activation_bytes(1, 1, 0),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="got"):
            call()


def test_picture_shows_which_memory_grows(ours, seen):
    """The claim holds, and fails if activations ignore the batch and if the model takes the whole budget."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    one = {"transformer_activation_bytes": lambda *sizes: ours.transformer_activation_bytes(*sizes[:4], 1)}
    greedy = {"compute_optimal": lambda flops: (flops / 6e9, 1e9)}
    for wrong, says in ((one, "activations of one and of two texts"), (greedy, "100.00 times the params")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
