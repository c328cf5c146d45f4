"""The reference solution of ex41: a resumed run of the suite's kind, what a crash leaves, the README's numbers."""

import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex41_checkpoint_resume" / "checkpoint_resume.py"
EXERCISE = ROOT / "exercises" / "ex41_checkpoint_resume"
PICTURE = runpy.run_path(str(EXERCISE / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def small(seed):
    """A linear layer and its SGD with momentum, after one step."""
    torch.manual_seed(seed)
    model = nn.Linear(3, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return model, optimizer


def test_worked_numbers(ours):
    """Seven batches, epoch 1 and step 4 after eleven of them, ten samples left; 5056 bytes; two thirds."""
    batches = list(torch.arange(26).split(4))
    assert (len(batches), len(batches[-1]), divmod(11, 7)) == (7, 2, (1, 4))
    assert [len(batch) for batch in ours.remaining(batches, 4)] == [4, 4, 2]
    assert torch.get_rng_state().numel() == 5056
    assert 1.5e9 * 4 == 6e9 and 2 * 1.5e9 * 4 == 12e9


@pytest.mark.parametrize("stop", [3, 7, 11, 14, 20])
def test_resumed_is_the_same_to_the_last_bit(ours, tmp_path, stop):
    """Wherever it is stopped, in the middle or at the end of an epoch."""
    whole, first, second = (PICTURE["Run"](seed) for seed in (5, 5, 6))
    second.x, second.y = whole.x, whole.y
    torch.manual_seed(7)
    whole.train(28)
    torch.manual_seed(7)
    first.train(stop)
    place = {"epoch": (stop - 1) // 7, "step": (stop - 1) % 7 + 1, "loader_rng": first.start}
    ours.save_checkpoint(tmp_path / "run", first.model, first.optimizer, first.scheduler, **place)
    told = ours.load_checkpoint(str(tmp_path / "run"), second.model, second.optimizer, second.scheduler)
    second.generator.set_state(told["loader_rng"])
    order = torch.randperm(26, generator=second.generator).split(4)
    second.train(28 - stop, ours.remaining(order, told["step"]))
    assert (told["epoch"], told["step"]) == (place["epoch"], place["step"])
    assert second.losses == whole.losses[stop:]
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[name]), name


class Killed(Exception):
    """The end of a process."""


def by_the_readme(ours, seed, kill=None):
    """What the README's loop makes of a model; it may be killed before a step."""
    done = []
    run = PICTURE["Run"](3)
    data = torch.utils.data.TensorDataset(run.x, run.y)
    loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True, generator=run.generator)
    torch.manual_seed(seed)

    def train_step(model, optimizer, scheduler, xb, yb):
        if len(done) == kill:
            raise Killed
        done.append(len(xb))
        optimizer.zero_grad()
        nn.functional.mse_loss(model(xb), yb).backward()
        optimizer.step()
        scheduler.step()

    readme = (EXERCISE / "README.md").read_text(encoding="utf-8")
    names = vars(ours) | vars(run) | {"loader": loader, "epochs": 3, "train_step": train_step}
    exec(readme.partition("```python\n")[2].partition("```")[0], names)  # noqa: S102  our own text
    return run.model.state_dict()


@pytest.mark.parametrize("kill", [7, 10, 13, 14])
def test_loop_of_the_readme(ours, tmp_path, monkeypatch, kill):
    """Killed before a step and started again with another seed, it ends like the one that ran through."""
    monkeypatch.chdir(tmp_path)
    whole = by_the_readme(ours, 1)
    Path("run.pt").unlink()
    with pytest.raises(Killed):
        by_the_readme(ours, 1, kill)
    for name, value in by_the_readme(ours, 2).items():
        assert torch.equal(value, whole[name]), name


def test_crash_leaves_the_old_file(ours, tmp_path, monkeypatch):
    """torch.save stops half way, or the process before it renames."""
    path = tmp_path / "run.pt"
    ours.save_checkpoint(path, *small(0))
    before, save = path.read_bytes(), torch.save

    def half(state, name):
        save(state, name)
        os.truncate(name, 100)
        raise OSError("no space left on device")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="no space"):
        ours.save_checkpoint(path, *small(1))
    assert path.read_bytes() == before


def test_refusals(ours, tmp_path):
    """A missing file, and a model of another width."""
    with pytest.raises(FileNotFoundError):
        ours.load_checkpoint(tmp_path / "none.pt", *small(0))
    ours.save_checkpoint(tmp_path / "run.pt", *small(0))
    other = nn.Linear(3, 4)
    with pytest.raises(RuntimeError, match="size mismatch"):
        ours.load_checkpoint(tmp_path / "run.pt", other, torch.optim.SGD(other.parameters(), lr=0.1))


def test_nothing_optional(ours, tmp_path):
    """Without scheduler and loader_rng; the file holds data only, and momentum comes back."""
    model, optimizer = small(0)
    ours.save_checkpoint(tmp_path / "run.pt", model, optimizer)
    others = small(1)
    assert ours.load_checkpoint(tmp_path / "run.pt", *others) == {"epoch": 0, "step": 0, "loader_rng": None}
    for a, b in zip(model.parameters(), others[0].parameters(), strict=True):
        assert torch.equal(a, b)
        assert torch.equal(optimizer.state[a]["momentum_buffer"], others[1].state[b]["momentum_buffer"])
    assert list(tmp_path.iterdir()) == [tmp_path / "run.pt"]


def test_picture_shows_that_every_part_counts(ours, seen, tmp_path, monkeypatch):
    """The claim holds, and fails if torch's generator stays where it is and if the epoch begins anew."""
    monkeypatch.chdir(tmp_path)
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4

    def load(*args):
        with torch.random.fork_rng(devices=[]):
            return ours.load_checkpoint(*args)

    for wrong in ({"load_checkpoint": load}, {"remaining": lambda batches, step: batches}):
        with pytest.raises(AssertionError, match="not the run's"):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
