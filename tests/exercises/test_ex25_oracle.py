"""The reference solution of ex25 against single tools on real digits, with clean and with wrong labels."""

import runpy
from functools import lru_cache
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.digits import digits

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex25_regularized_recipe" / "regularized_recipe.py"
PICTURE = ROOT / "exercises" / "ex25_regularized_recipe" / "picture.py"


@pytest.fixture(scope="module")
def train_recipe():
    """The solution's function."""
    return runpy.run_path(str(SOLUTION))["train_recipe"]


@lru_cache(maxsize=2)
def data(noisy):
    """The six parts of the digits as tensors."""
    return [torch.from_numpy(part) for part in digits(noisy=noisy)]


def accuracy(model, images, labels):
    """Share of right answers."""
    with torch.no_grad():
        return (model(images).argmax(1) == labels).float().mean().item()


def with_one_tool(noisy, tool):
    """Test accuracy of the MLP 64-128-10 after 60 epochs of AdamW with one tool or none."""
    torch.manual_seed(25)
    x, y, x_val, y_val, x_test, y_test = data(noisy)
    drop = 0.5 if tool == "dropout" else 0.0
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(drop), nn.Linear(128, 10))
    decay = 1.0 if tool == "weight decay" else 0.0
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=decay)
    smoothing = 0.2 if tool == "label smoothing" else 0.0
    history = []
    for _ in range(60):
        model.train()
        for batch in torch.randperm(len(x)).split(50):
            images, target = x[batch], F.one_hot(y[batch], 10).float()
            if tool == "mixup":
                lam, partner = torch.distributions.Beta(0.4, 0.4).sample(), torch.randperm(len(batch))
                images, target = images.lerp(images[partner], lam), target.lerp(target[partner], lam)
            optimizer.zero_grad()
            F.cross_entropy(model(images), target, label_smoothing=smoothing).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            history.append((F.cross_entropy(model(x_val), y_val).item(), accuracy(model, x_test, y_test)))
    return min(history)[1] if tool == "early stopping" else history[-1][1]


def test_recipe_beats_plain_training_with_wrong_labels_only(train_recipe):
    """10 points better than plain training with wrong labels, no better than it with clean ones."""
    for noisy in (True, False):
        *given, x_test, y_test = data(noisy)
        recipe, plain = accuracy(train_recipe(*given), x_test, y_test), with_one_tool(noisy, "none")
        assert recipe > plain + 0.1 if noisy else abs(recipe - plain) < 0.03


def test_recipe_reads_wrongly_labeled_images_rightly(train_recipe):
    """Most of the 51 wrongly labeled images are read as what they show, few as what their label says."""
    x, y, *validation, _, _ = data(True)
    right = data(False)[1]
    wrong = y != right
    assert wrong.sum() == 51
    model = train_recipe(x, y, *validation)
    assert accuracy(model, x[wrong], right[wrong]) > 0.5
    assert accuracy(model, x[wrong], y[wrong]) < 0.4


def test_recipe_learns_from_the_training_labels_alone(train_recipe):
    """Training labels under other names rename the answers, validation labels under other names do not."""
    x, y, x_val, y_val, x_test, y_test = data(True)
    renamed = train_recipe(x, (y + 3) % 10, x_val, (y_val + 3) % 10)
    assert accuracy(renamed, x_test, (y_test + 3) % 10) > 0.75
    misled = train_recipe(x, y, x_val, (y_val + 3) % 10)
    assert accuracy(misled, x_test, (y_test + 3) % 10) < 0.3


def test_numbers_of_the_picture_and_of_the_readme():
    """Each tool's bar is what its training gives; the network has 9610 numbers."""
    for tool, measured in runpy.run_path(str(PICTURE))["TOOLS"].items():
        for noisy, value in zip((False, True), measured, strict=True):
            assert with_one_tool(noisy, tool) == pytest.approx(value, abs=0.04), f"{tool}, noisy={noisy}"
    assert (64 + 1) * 128 + (128 + 1) * 10 == 9610
    assert 149 / 200 == 0.745
