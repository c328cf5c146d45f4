"""ex41: what saving and loading must not do."""

import os
import sys
from pathlib import Path

import torch
from runs import Run, drawn, ends, line, whole
from torch import nn

from grader.suite import answers, close, points, require

# ---- scenarios: run beside the learner's code and only report


class Bomb:
    """What breaks off any attempt to write it down, as the end of the process would."""

    def __reduce_ex__(self, protocol):
        raise KeyboardInterrupt("the process ends while it saves")


def saving_often(module, setting, other, until, resting):
    """A run that is saved in each step, before the optimizer's turn; and the weights in the last file.

    >>> model = torch.nn.Linear(6, 1); optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    >>> save_checkpoint("run.pt", model, optimizer, epoch=1, step=2)  # before each step of a run
    """
    run, own = Run(*setting), torch.as_tensor(setting[3][1])
    run.model[1].train(not resting)

    def save():
        module.save_checkpoint("run.pt", run.model, run.optimizer, run.scheduler, epoch=1, step=2, loader_rng=own)

    run.train(until, before_step=save)
    told = run.told()
    run = Run(*other)
    module.load_checkpoint("run.pt", run.model, run.optimizer, run.scheduler)
    return told, dict(run.model.state_dict())


class Watch:
    """Looks at a path before each call that Python audits, as renaming and removing, and notes if nothing is there."""

    def __init__(self, path):
        self.path, self.bare, self.on = path, False, True
        sys.addaudithook(self.look)  # no hook can be taken away again: `on` ends it

    def look(self, event, arguments):
        if self.on and not os.path.exists(self.path):
            self.bare = True


def over_an_old_one(module, values, how):
    """Two checkpoints at one path, of which the second may break off: what the path, and the old file, hold then.

    >>> model = torch.nn.Linear(3, 2); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> save_checkpoint("run.pt", model, optimizer); save_checkpoint("run.pt", model, optimizer)
    ...  # which may break off
    """
    path, old = Path("run.pt"), Path("old.pt")
    model, optimizer = line(values[0])
    module.save_checkpoint(path, model, optimizer)
    before = path.read_bytes()
    if os.name == "nt":
        os.link(path, old)
    else:
        handle = path.open("rb")
    model, optimizer = line(values[1])
    if how == "crash":
        optimizer.state[model.weight]["memory"] = Bomb()
    ended, watch = False, Watch("run.pt")
    try:
        module.save_checkpoint(path, model, optimizer)
        ended = True
    except KeyboardInterrupt:
        pass
    watch.on = False
    if os.name == "nt":
        kept = old.read_bytes()
    else:
        with handle:
            kept = handle.read()
    model, optimizer = line(values[2])
    try:
        module.load_checkpoint(path, model, optimizer)
    except Exception as error:  # noqa: BLE001  whatever reading a broken file raises
        return before, kept, ended, watch.bare, f"{type(error).__name__}: {error}", None
    return before, kept, ended, watch.bare, "", model.weight.detach()


def load_named(module, name, values):
    """
    >>> model = torch.nn.Linear(3, 2); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> save_checkpoint("run.pt", model, optimizer); load_checkpoint(name, model, optimizer)
    """
    model, optimizer = line(values)
    module.save_checkpoint("run.pt", model, optimizer)
    module.load_checkpoint(name, model, optimizer)


def network(kind):
    layers = {
        "same": [nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2)],
        "layer norm": [nn.Linear(4, 5), nn.LayerNorm(5), nn.ReLU(), nn.Linear(5, 2)],
        "no ReLU": [nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, 2)],
        "wider": [nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2)],
        "deeper": [nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2), nn.Linear(2, 2)],
    }
    model = nn.Sequential(*layers[kind])
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def load_other(module, first, second, step):
    """
    >>> one = torch.nn.Linear(4, 2); other = torch.nn.Linear(4, 3)
    >>> save_checkpoint("run.pt", one, torch.optim.SGD(one.parameters(), lr=0.1), step=step)
    >>> load_checkpoint("run.pt", other, torch.optim.SGD(other.parameters(), lr=0.1))  # other networks
    """
    path = Path("run.pt")
    module.save_checkpoint(path, *network(first), step=step)
    module.load_checkpoint(path, *network(second))


# ---- the examiner's side


@points(1.5, hint="Only read the state: no seeding, no eval(), no zero_grad().")
def test_saving_changes_nothing(observe, neutral, draw):
    """The run goes on as if nobody had saved."""
    setting, other = drawn(draw, neutral)
    for resting, until in ((False, 9), (True, 6)):
        seen, last = answers(observe(saving_often, setting, other, until, resting), 2)
        losses, state, numbers = answers(seen, 3)
        right = answers(neutral(whole, setting, until, "generator", resting), 3)
        what = f"{until} steps, saved in each between backward() and step()"
        what += ", batch norm in eval mode" if resting else ""
        close(losses, right[0], f"{what}: the losses", rtol=0, atol=2e-6)
        close(state, right[1], f"{what}: the model at the end", rtol=0, atol=2e-6)
        close(numbers, right[2], f"{what}: torch.rand(3) after it", rtol=0, atol=1e-7)
        before = answers(neutral(whole, setting, until - 1, "generator", resting), 3)[1]
        names = [name for name in before if name.endswith(("weight", "bias"))]
        require(isinstance(last, dict), "the model has no state after loading")
        kept = {name: last.get(name) for name in names}
        close(kept, {name: before[name] for name in names}, "the weights in the last file", rtol=0, atol=2e-6)


@points(1.5, hint="Write to another name in the same folder, then `os.replace`: the path changes in a single act.")
def test_crash_while_saving(observe, draw):
    """A crash while saving leaves the old checkpoint."""
    values = ends(draw, 3)
    before, kept, ended, bare, problem, weight = answers(observe(over_an_old_one, values, "crash"), 6)
    told = "a checkpoint at path, and saving another one there breaks off"
    require(not problem, f"{told}: path holds no checkpoint any more ({str(problem)[:150]})")
    close(weight, values[1 if ended else 0][0], f"{told}: the weights at path", rtol=0, atol=0)
    before, kept, ended, bare, problem, weight = answers(observe(over_an_old_one, values, "whole"), 6)
    require(ended and not problem, f"two checkpoints at one path: the second cannot be read ({str(problem)[:150]})")
    close(weight, values[1][0], "two checkpoints at one path: the weights at path", rtol=0, atol=0)
    told = "the second one was written into the file of the first: a crash in the middle would have cost both"
    require(kept == before and before, f"two checkpoints at one path: {told}")
    told = "the first was gone before the second stood in its place: a crash in between would have left none"
    require(bare is False, f"two checkpoints at one path: {told}")


@points(0.5, hint="torch.load raises FileNotFoundError by itself: let it through.")
def test_missing_file(observe, draw):
    """A missing file raises FileNotFoundError."""
    (values,) = ends(draw, 1)
    bad, good = [("other.pt", values), ("runs/run.pt", values)], [("run.pt", values)]
    observe.refuses(load_named, bad, good, FileNotFoundError, "load_checkpoint after saving at run.pt: path")


@points(1, hint="`model.load_state_dict(state)` is strict by itself.")
def test_other_architecture(observe, draw):
    """A model of another architecture raises an error."""
    step = int(draw.integers(2, 90))
    bad = [("same", kind, step) for kind in ("layer norm", "no ReLU", "wider", "deeper")] + [("deeper", "same", step)]
    good = [("same", "same", step), ("wider", "wider", step)]
    observe.refuses(load_other, bad, good, Exception, "save and load: model that was saved, model given, step")
