"""ex41: what comes back from the file, part by part."""

import io
import re
from pathlib import Path

import numpy as np
import torch
from runs import Run, drawn, ends, generator_state, line
from torch import nn

from grader.suite import answers, close, normal, points, require, same

# ---- scenarios: run beside the learner's code and only report


def wide(values):
    """A model with parameters of two kinds, and buffers of two kinds."""
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2).double())
    model.register_buffer("mean", torch.zeros(5, dtype=torch.float64))
    with torch.no_grad():
        for tensor, value in zip(model.state_dict().values(), values, strict=True):
            tensor.copy_(torch.as_tensor(value))
    return model


def saved_model(module, values, name):
    """
    >>> model = torch.nn.Linear(3, 2)
    >>> save_checkpoint("run.pt", model, torch.optim.SGD(model.parameters(), lr=0.1))  # another model
    """
    model = wide(values)
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    module.save_checkpoint(path, model, torch.optim.SGD(model.parameters(), lr=0.1))
    return path.read_bytes()


def loaded_model(module, values, content, name):
    """
    >>> model = torch.nn.Linear(3, 2); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> save_checkpoint("run.pt", model, optimizer); load_checkpoint("run.pt", model, optimizer)  # another model
    """
    model = wide(values)
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    module.load_checkpoint(path, model, torch.optim.SGD(model.parameters(), lr=0.1))
    return dict(model.state_dict()), path.read_bytes() if path.exists() else b""


def read(content):
    """All numbers in a file that torch.load may read without running code; or why it may not."""
    try:
        state = torch.load(io.BytesIO(content), weights_only=True)
    except Exception as error:  # noqa: BLE001  whatever reading a broken file raises
        kind = re.search(r"GLOBAL (\S+)", str(error))
        text = f"it holds an object of {kind[1]}" if kind else str(error).partition("\n")[0][:120]
        return None, f"{text} ({type(error).__name__})"
    found, left = [], [state]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            left += item.values()
        elif isinstance(item, list | tuple):
            left += item
        elif isinstance(item, torch.Tensor | float):
            found.append(torch.as_tensor(item).detach().double().flatten())
    return torch.cat([*found, torch.zeros(0, dtype=torch.float64)]), ""


def pushed(run, pushes):
    """How far each of the given gradients moves the weights, and the rates after it."""
    moves, rates = [], []
    for push in pushes:
        before = [p.detach().clone() for p in run.model.parameters()]
        for p, value in zip(run.model.parameters(), push, strict=True):
            p.grad = torch.as_tensor(value).clone()
        run.optimizer.step()
        run.scheduler.step()
        moves.append([p.detach() - old for p, old in zip(run.model.parameters(), before, strict=True)])
        rates.append(run.optimizer.param_groups[0]["lr"])
    return moves, rates


def slow(setting, size):
    """A run with a schedule of another length."""
    run = Run(*setting)
    run.scheduler = torch.optim.lr_scheduler.StepLR(run.optimizer, size, 0.5)
    return run


def saved_memory(module, setting, pushes, size, name):
    run = slow(setting, size)
    pushed(run, pushes)
    path = Path(name)
    module.save_checkpoint(path, run.model, run.optimizer, run.scheduler, loader_rng=run.epoch_start)
    return path.read_bytes()


def loaded_memory(module, setting, content, pushes, size, name):
    run = slow(setting, size)
    path = Path(name)
    path.write_bytes(content)
    module.load_checkpoint(path, run.model, run.optimizer, run.scheduler)
    return pushed(run, pushes)


def memory(setting, first, then, size):
    run = slow(setting, size)
    pushed(run, first)
    return pushed(run, then)


def saved_generators(module, values, epoch, step, starts):
    """
    >>> model = torch.nn.Linear(3, 2); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> save_checkpoint("run", model, optimizer, epoch=epoch, step=step, loader_rng=torch.Generator().get_state())
    """
    model, optimizer = line(values)
    schedule, own = torch.optim.lr_scheduler.StepLR(optimizer, 3), torch.as_tensor(starts[1])
    torch.set_rng_state(torch.as_tensor(starts[0]))
    torch.randn(3)
    module.save_checkpoint("run", model, optimizer, schedule, epoch=epoch, step=step, loader_rng=own)
    return Path("run").read_bytes(), torch.randn(6)


def loaded_generators(module, values, content, starts):
    """
    >>> model = torch.nn.Linear(3, 2); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> save_checkpoint("run", model, optimizer, loader_rng=torch.Generator().get_state()); load_checkpoint("run",
    ... model, optimizer)
    """
    model, optimizer = line(values)
    schedule, own = torch.optim.lr_scheduler.StepLR(optimizer, 3), torch.Generator()
    torch.set_rng_state(torch.as_tensor(starts[0]))
    Path("run").write_bytes(content)
    told = module.load_checkpoint("run", model, optimizer, schedule)
    numbers = torch.randn(6)
    state, order = told["loader_rng"], None
    if state is not None:
        own.set_state(torch.as_tensor(state))
        order = torch.randperm(12, generator=own)
    return numbers, order, told["epoch"], told["step"]


def order_from(state):
    own = torch.Generator()
    own.set_state(torch.as_tensor(state))
    return torch.randperm(12, generator=own)


def without(module, values, others):
    """A checkpoint with nothing but model and optimizer.

    >>> model = torch.nn.Linear(3, 2); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> save_checkpoint("run.pt", model, optimizer); load_checkpoint("run.pt", model, optimizer)
    ...  # its weights are others
    """
    model, optimizer = line(values)
    module.save_checkpoint("run.pt", model, optimizer)
    model, optimizer = line(others)
    told = module.load_checkpoint("run.pt", model, optimizer)
    return told["epoch"], told["step"], told["loader_rng"], dict(model.state_dict())


# ---- the examiner's side

NAMES = [
    "mean", "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
    "2.weight", "2.bias",
]  # fmt: skip


def tensors(draw):
    """Values for everything in `wide`'s state, in its order."""
    shapes = (4, 3), (4,), (4,), (4,), (4,), (4,)
    floats = [normal(draw, *shape) for shape in shapes]
    doubles = [normal(draw, *shape, dtype="float64") for shape in ((2, 4), (2,))]
    return [normal(draw, 5, dtype="float64"), *floats, np.asarray(int(draw.integers(10, 99))), *doubles]


@points(1, hint="State dicts hold tensors and numbers; the model itself is a Python object that runs code when read.")
def test_file(observe, neutral, draw):
    """The file is there, loads with torch.load(weights_only=True), and holds the weights."""
    values = tensors(draw)
    content = observe(saved_model, values, "runs/a.b.pt")
    require(isinstance(content, bytes) and content, "the file at path is empty")
    numbers, problem = answers(neutral(read, content), 2)
    require(not problem, f"torch.load(path, weights_only=True) refuses the file: {problem}")
    for name, value in zip(NAMES, values, strict=True):
        if np.size(value) > 1:
            near = np.isclose(np.asarray(numbers)[None], np.ravel(value)[:, None], 1e-6, 0).any(1)
            require(near.all(), f"{int((~near).sum())} of the {np.size(value)} numbers of {name} are not in the file")


@points(
    1.5, hint="`model.state_dict()` holds parameters and buffers; `load_state_dict` puts them into the model given."
)
def test_model(observe, draw):
    """The model comes back exactly, buffers included."""
    values, others = tensors(draw), tensors(draw)
    for name in ("run.pt", "runs/a.b"):
        content = observe(saved_model, values, name)
        seen, kept = answers(observe(loaded_model, others, content, name), 2)
        close(seen, dict(zip(NAMES, values, strict=True)), "the model's state after loading", rtol=0, atol=0)
        require(kept == content, "the file is not what it was before loading")


@points(1.5, hint="Adam's averages and step count are in `optimizer.state_dict()`.")
def test_optimizer(observe, neutral, draw):
    """The optimizer goes on where it was."""
    setting, other = drawn(draw, neutral)
    pushes = [[normal(draw, *np.shape(w)) for w in setting[0]] for _ in range(5)]
    content = observe(saved_memory, setting, pushes[:3], 100, "run.pt")
    moves, _ = answers(observe(loaded_memory, other, content, pushes[3:], 100, "run.pt"), 2)
    right, _ = answers(neutral(memory, setting, pushes[:3], pushes[3:], 100), 2)
    cold, _ = answers(neutral(memory, other, [], pushes[3:], 100), 2)
    first = answers(answers(moves, 2)[0], len(right[0]))[0]
    warm = np.shape(first) != np.shape(cold[0][0]) or not np.allclose(first, cold[0][0], atol=1e-6)
    why = "" if warm else " (as if Adam had started cold)"
    close(
        moves,
        right,
        f"3 steps, saved, loaded, 2 steps with given gradients: the moves of the weights{why}",
        rtol=0,
        atol=2e-6,
    )


@points(1, hint="`scheduler.state_dict()` and its `load_state_dict`.")
def test_scheduler(observe, neutral, draw):
    """The schedule goes on where it was."""
    # verify: ignores stretched (it looks at the learning rates, which are numbers)
    setting, other = drawn(draw, neutral)
    pushes = [[normal(draw, *np.shape(w)) for w in setting[0]] for _ in range(9)]
    for size, at in ((3, 4), (4, 2), (2, 4)):
        content = observe(saved_memory, setting, pushes[:at], size, "run.pt")
        _, rates = answers(observe(loaded_memory, other, content, pushes[at:], size, "run.pt"), 2)
        _, right = answers(neutral(memory, setting, pushes[:at], pushes[at:], size), 2)
        what = f"halved every {size} steps, saved after {at}: the learning rates after loading"
        close(rates, right, what, rtol=1e-6, atol=0)


@points(1.5, hint="`torch.get_rng_state()` and `torch.set_rng_state`; the other three values go through as they are.")
def test_generators(observe, neutral, draw):
    """torch's random generator, loader_rng, epoch and step come back."""
    values, others = ends(draw)
    starts = [neutral(generator_state, int(place)) for place in draw.permutation(900)[:3] + 1]
    epoch, step = int(draw.integers(2, 90)), int(draw.integers(2, 90))
    content, right = answers(observe(saved_generators, values, epoch, step, starts[:2]), 2)
    seen = answers(observe(loaded_generators, others, content, starts[2:]), 4)
    same([seen[2], seen[3]], [epoch, step], "epoch and step")
    close(seen[0], right, "torch.randn(6) after loading, against those after saving", rtol=0, atol=1e-7)
    require(seen[1] is not None, "loader_rng is None, though a state was saved")
    same(seen[1], neutral(order_from, starts[1]), "the order that a generator in state loader_rng draws")


@points(0.5, hint="`None if scheduler is None else scheduler.state_dict()`; torch.save takes None as it is.")
def test_nothing_more(observe, draw):
    """Without scheduler and loader_rng it works as well."""
    values, others = ends(draw)
    epoch, step, own, state = answers(observe(without, values, others), 4)
    same([epoch, step, own], [0, 0, None], "save_checkpoint(path, model, optimizer): epoch, step, loader_rng")
    close(state, {"weight": values[0], "bias": values[1]}, "the model after loading", rtol=0, atol=0)
