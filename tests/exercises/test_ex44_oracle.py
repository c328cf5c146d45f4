"""The reference solution of ex44: what rests, what moves, and the README's numbers on digits."""

import copy
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from grader.suite import digits

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex44_fine_tune" / "fine_tune.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex44_fine_tune" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def new_body():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU())


def trained(model, parameters, x, y, steps):
    """Adam on random batches of at most 64."""
    optimizer = torch.optim.Adam(parameters)
    model.train()
    for _ in range(steps):
        batch = torch.randint(len(x), (min(64, len(x)),))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
    return model.eval()


@pytest.fixture(scope="module")
def transfer():
    """A body trained on 600 digits; three labels per class under new numbers; the other digits."""
    torch.manual_seed(44)
    x_train, y_train, x_val, y_val, x, y = map(torch.from_numpy, digits())
    model = nn.Sequential(new_body(), nn.Linear(64, 10))
    known, labels = torch.cat([x_train, x_val]), torch.cat([y_train, y_val])
    trained(model, [{"params": model.parameters(), "lr": 1e-2}], known, labels, 200)
    y = (y + 3) % 10
    few = torch.cat([(y == label).nonzero()[:3, 0] for label in range(10)])
    rest = torch.ones(len(y), dtype=torch.bool)
    rest[few] = False
    return model[0], (x[few], y[few]), (x[rest], y[rest])


def share(model, others):
    x, y = others
    return (model(x).argmax(1) == y).float().mean().item()


def test_transfer_wins(ours, transfer):
    """Frozen about 93 %, tuned about as much, from scratch about 79 %, a random body less."""
    body, few, others = transfer
    torch.manual_seed(0)
    assert len(others[1]) == 1167
    frozen = share(ours.fine_tune(copy.deepcopy(body), 64, 10, *few), others)
    assert frozen > 0.88
    model = nn.Sequential(copy.deepcopy(body).requires_grad_(), nn.Linear(64, 10))
    assert share(trained(model, ours.tuning_groups(model[0], model[1], 1e-2, 1e-3), *few, 100), others) > 0.86
    scratch = nn.Sequential(new_body(), nn.Linear(64, 10))
    alone = share(trained(scratch, [{"params": scratch.parameters(), "lr": 1e-2}], *few, 100), others)
    assert 0.68 < alone < 0.87 and frozen > alone + 0.04
    assert 0.55 < share(ours.fine_tune(new_body(), 64, 10, *few), others) < 0.86


def test_statistics_drift_without_care(ours, transfer):
    """Passes in train mode move the running means by about .004, a hundred by .04, and a frozen body's not at all."""
    body, (x, _), _ = transfer
    found = []
    for make, passes in (
        (lambda one: one.requires_grad_(False), 1),
        (nn.Identity().forward, 100),
        (ours.FrozenBody, 9),
    ):
        model = nn.Sequential(make(copy.deepcopy(body)), nn.Linear(64, 10)).train()
        before = [one.clone() for name, one in model.named_buffers() if name.endswith("running_mean")]
        for _ in range(passes):
            model(x)
        after = [one for name, one in model.named_buffers() if name.endswith("running_mean")]
        found.append(torch.cat([a - b for a, b in zip(after, before, strict=True)]).abs().mean().item())
    assert 0.001 < found[0] < 0.015 and 0.01 < found[1] < 0.15 and found[2] == 0


def test_a_copy_is_frozen_by_itself(ours):
    """The copy's train() leaves its body in eval mode and the original alone."""
    model = nn.Sequential(ours.FrozenBody(new_body()), nn.Dropout(), nn.Linear(64, 3)).eval()
    twin = copy.deepcopy(model).train()
    assert not any(part.training for part in model.modules())
    assert not any(part.training for part in twin[0].body.modules()) and twin[1].training
    assert twin[0].train() is twin[0]


def test_decay_leaves_frozen_weights_alone(ours):
    """AdamW over all parameters, weight decay 0.5."""
    torch.manual_seed(44)
    model = nn.Sequential(ours.FrozenBody(new_body()), nn.Linear(64, 3)).train()
    before = copy.deepcopy(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.5)
    nn.functional.cross_entropy(model(torch.randn(9, 8, 8)), torch.arange(9) % 3).backward()
    optimizer.step()
    moved = [name for name, one in model.state_dict().items() if not one.equal(before[name])]
    assert moved == ["1.weight", "1.bias"]


def test_heads_and_groups(ours):
    """The last linear part is replaced; the groups hold what can be trained, once."""
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2), nn.Dropout())
    old = model[2]
    ours.replace_head(model, 7)
    assert model[2] is not old and model[2].weight.shape == (7, 5) and isinstance(model[3], nn.Dropout)
    model[0].bias.requires_grad_(False)
    groups = ours.tuning_groups(model, model[2], 0.1, 0.01)
    seen = {id(p): group["lr"] for group in groups for p in group["params"]}
    assert seen == {id(model[2].weight): 0.1, id(model[2].bias): 0.1, id(model[0].weight): 0.01}
    assert [len(group["params"]) for group in ours.tuning_groups(model[0], model[2], 0.1, 0)] == [2]


def test_refusals(ours):
    """No linear layer, no rate, no steps."""
    with pytest.raises(ValueError, match="linear layer"):
        ours.replace_head(nn.Sequential(nn.ReLU()), 3)
    with pytest.raises(ValueError, match="rates"):
        ours.tuning_groups(nn.Linear(1, 1), nn.Linear(1, 1), 0, 0.1)
    with pytest.raises(ValueError, match="needs a step"):
        ours.fine_tune(new_body(), 64, 10, torch.ones(2, 8, 8), torch.tensor([0, 1]), steps=0)


def test_picture_shows_what_rests(ours, seen):
    """The claim holds, and fails for a body that train() wakes up and for one that nobody tunes."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4

    class Awake(ours.FrozenBody):
        train = nn.Module.train

    def untuned(*args):
        return ours.fine_tune(*args, steps=1, lr=1e-9)

    for wrong, says in (
        ({"FrozenBody": Awake}, "running mean and running variance moved"), ({"fine_tune": untuned}, "frozen body: 0"),
    ):  # fmt: skip
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
