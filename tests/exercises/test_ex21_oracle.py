"""The reference solution of ex21 against the whole set in one batch."""

import runpy
import types
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex21_evaluate" / "evaluate.py"


@pytest.fixture(scope="module")
def evaluate():
    """The solution's function."""
    return runpy.run_path(str(SOLUTION))["evaluate"]


@pytest.fixture
def setting():
    """A network with batch norm and dropout that has seen a batch in train mode, and 100 samples."""
    torch.manual_seed(21)
    model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))
    model(3 * torch.randn(50, 5) + 1)
    return model, TensorDataset(torch.randn(100, 5), torch.randint(3, (100,)))


@pytest.mark.parametrize("batch_size", [1, 7, 32, 100])
@pytest.mark.parametrize("training", [True, False])
def test_equals_one_batch_of_all(evaluate, setting, batch_size, training):
    """Loss and accuracy equal those of the whole set in eval mode; state, gradients and mode are kept."""
    model, data = setting
    x, y = data.tensors
    logits = model.eval()(x)
    model.train(training)
    model[0].weight.grad = torch.ones(8, 5)
    before = {name: values.clone() for name, values in model.state_dict().items()}
    seen = evaluate(model, DataLoader(data, batch_size=batch_size), F.cross_entropy)
    assert seen["loss"] == pytest.approx(F.cross_entropy(logits, y).item(), rel=1e-5)
    assert seen["accuracy"] == pytest.approx((logits.argmax(1) == y).float().mean().item())
    assert all(torch.equal(before[name], values) for name, values in model.state_dict().items())
    assert torch.equal(model[0].weight.grad, torch.ones(8, 5)) and model[4].weight.grad is None
    assert all(layer.training is training for layer in model.modules())


def test_train_mode_would_be_seen(evaluate, setting):
    """Measured in train mode the same samples give another loss, so the comparison can tell."""
    model, data = setting
    x, y = data.tensors
    seen = evaluate(model, [(x, y)], F.cross_entropy)
    assert abs(seen["loss"] - F.cross_entropy(model(x), y).item()) > 1e-3


def test_worked_number(evaluate):
    """The README's numbers: 39 batches with a loss of 0.1 and 16 samples with 2.0 give 0.1030, not 0.1475."""
    losses = iter([0.1] * 39 + [2.0])
    batches = [(torch.zeros(size, 2), torch.zeros(size, dtype=torch.int64)) for size in [256] * 39 + [16]]
    seen = evaluate(nn.Linear(2, 2), batches, lambda logits, targets: torch.tensor(next(losses)))
    assert seen["loss"] == pytest.approx(0.1030, abs=5e-5)
    assert (39 * 0.1 + 2.0) / 40 == pytest.approx(0.1475)


def test_empty_loader(evaluate):
    """An empty loader raises ValueError, a generator of one batch does not."""
    with pytest.raises(ValueError, match="empty"):
        evaluate(nn.Linear(2, 2), [], F.cross_entropy)
    batch = torch.zeros(3, 2), torch.zeros(3, dtype=torch.int64)
    assert evaluate(nn.Linear(2, 2), (part for part in [batch]), F.cross_entropy)["loss"] > 0


@pytest.mark.parametrize("whole", [True, False])
def test_frozen_layers_stay_as_they_are(evaluate, setting, whole):
    """A layer in the other mode than the model gets that mode back: what it does to a later batch tells."""
    model, data = setting
    model.train(whole)
    model[1].train(not whole)
    before = model[1].running_mean.clone()
    evaluate(model, [data.tensors], F.cross_entropy)
    assert [layer.training for layer in model] == [whole, not whole, whole, whole, whole]
    model(data.tensors[0])
    assert torch.equal(model[1].running_mean, before) is whole


@pytest.mark.parametrize("recording", [True, False])
def test_recording_of_gradients_is_as_before(evaluate, setting, recording):
    """Gradients are recorded after the call if and only if they were before it."""
    model, data = setting
    with torch.set_grad_enabled(recording):
        evaluate(model, [data.tensors], F.cross_entropy)
        assert torch.is_grad_enabled() is recording


def test_the_picture_shows_what_it_claims(evaluate):
    """The two means of the scene lie apart and the solution's is the right one; the mean of batch means is refused."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    seen = scene(types.SimpleNamespace(evaluate=evaluate))
    claim(seen)
    with pytest.raises(AssertionError, match="over all samples"):
        claim(seen | {"loss": sum(map(float, seen["batches"])) / len(seen["batches"])})
    with pytest.raises(AssertionError, match="too close to tell apart"):
        claim({"batches": [0.2] * 10, "loss": 0.2})
