"""The solution of ex51 on planted steps, on digits and against SGD by hand; the README's numbers; the picture."""

import copy
import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.suite import digits

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex51_overfit_one_batch" / "overfit_one_batch.py"
STUB = ROOT / "exercises" / "ex51_overfit_one_batch" / "overfit_one_batch.py"
PICTURE = runpy.run_path(str(STUB.with_name("picture.py")))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


@pytest.fixture(scope="module")
def stub():
    """The stub's functions, of which `train` runs."""
    return SimpleNamespace(**runpy.run_path(str(STUB)))


def clusters(seed=0, n=40, classes=5):
    """Samples around the centers of their classes."""
    noise = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % classes
    return 3 * torch.randn(classes, 8, generator=noise)[y] + torch.randn(n, 8, generator=noise), y


def network(entries=8, classes=5):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(entries, 32), nn.ReLU(), nn.Linear(32, classes))


def test_readme_numbers():
    """The floors of softmax before the loss, reached by perfect answers, and the mean of unequal minibatches."""
    for classes, floor in ((5, 0.905), (10, 1.461)):
        perfect = torch.eye(classes)
        assert F.cross_entropy(perfect, torch.arange(classes)).item() == pytest.approx(floor, abs=5e-4)
        assert math.log(1 + (classes - 1) / math.e) == pytest.approx(floor, abs=5e-4)
    assert math.log(5) == pytest.approx(1.609, abs=5e-4)
    assert (3 * 1 + 3 * 1 + 3 * 1 + 1 * 5) / 10 == 1.4


def test_first_loss(ours):
    """Near ln K for a new network, far above with a last layer 30 times as large; modes and statistics stay."""
    torch.manual_seed(3)
    x, y = clusters()
    model = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.Dropout(0.5), nn.Linear(16, 5))
    model[1].eval()
    modes, before = [m.training for m in model.modules()], copy.deepcopy(model.state_dict())
    loss = ours.initial_loss(model, x, y)
    assert abs(loss - math.log(5)) < 0.5
    assert modes == [m.training for m in model.modules()]
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    with torch.no_grad():
        model[3].weight *= 30
    assert ours.initial_loss(model, x, y) > 1.5 * math.log(5)


def test_picture_shows_which_check_finds_what(ours, stub, seen):
    """The claim holds, and fails for a checklist that is content with all and for the broken loop of the stub."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    content = {"checklist": lambda *_: dict.fromkeys(PICTURE["CHECKS"], True)}

    def broken(*args, **options):
        return [loss.detach() for loss in stub.train(*args, **options)]

    for wrong, says in ((content, "fails no check, not {'overfits'}"), ({"train": broken}, "train: the loss ends")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))


def test_shuffled_labels_teach_nothing(ours):
    """Digits: true labels .85 and more, shuffled ones about chance, and far more if validation leaks into training."""
    data = [torch.from_numpy(part) for part in digits()[:4]]
    x, y, x_val, y_val = data

    def fit(inputs, labels, leak=False):
        if leak:
            inputs, labels = torch.cat([inputs, x_val]), torch.cat([labels, y_val])
        torch.manual_seed(0)
        model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        for _ in range(30):
            optimizer.zero_grad()
            F.cross_entropy(model(inputs), labels).backward()
            optimizer.step()
        return model

    torch.manual_seed(3)
    true, shuffled = ours.shuffled_labels(fit, x, y, x_val, y_val)
    assert true > 0.85
    assert shuffled < 0.25
    assert ours.shuffled_labels(lambda a, b: fit(a, b, leak=True), x, y, x_val, y_val)[1] > 0.8
    assert torch.equal(y, torch.from_numpy(digits().y_train))


def test_train_is_sgd(ours):
    """Full-batch epochs equal gradient descent by hand, and 40 samples are learned in minibatches of 16."""
    x, y = clusters()
    model = network()
    twin = copy.deepcopy(model)
    history = ours.train(model, x, y, epochs=3, lr=0.1, batch_size=40)
    for told in history:
        loss = F.cross_entropy(twin(x), y)
        assert told == pytest.approx(loss.item(), rel=1e-4)
        grads = torch.autograd.grad(loss, list(twin.parameters()))
        with torch.no_grad():
            for p, g in zip(twin.parameters(), grads, strict=True):
                p -= 0.1 * g
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-4, atol=1e-5)
    model = network()
    history = ours.train(model, x, y, epochs=60, lr=0.3, batch_size=16)
    assert (model(x).argmax(1) == y).all()
    assert history[-1] < 0.1
    assert all(type(loss) is float for loss in history)


def test_the_given_loop_is_broken(stub):
    """The stub's loop learns little, tells tensors with graphs, and leaves eval mode on."""
    x, y = clusters()
    model = network()
    history = stub.train(model, x, y, epochs=60, lr=0.3, batch_size=16)
    assert history[-1] > 0.8
    assert isinstance(history[-1], torch.Tensor) and history[-1].requires_grad
    assert not model.training
    assert (model(x).argmax(1) == y).float().mean() < 0.8
