"""A run of training with everything that has a state, whole and interrupted: the examiner of ex41."""

import copy
from pathlib import Path

import torch
from torch import nn

from grader.suite import answers, close, normal

# ---- scenarios: run beside the learner's code and only report


class Run:
    """Dropout, batch norm, Adam, a schedule, and a loader with a generator of its own: 7 batches an epoch."""

    def __init__(self, weights, x, y, starts):
        layers = nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 1)
        self.model = nn.Sequential(*layers)
        with torch.no_grad():
            for p, values in zip(self.model.parameters(), weights, strict=True):
                p.copy_(torch.as_tensor(values))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.05)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 8, 0.5)
        self.generator = torch.Generator()
        self.x, self.y, self.losses, self.done = torch.as_tensor(x), torch.as_tensor(y), [], 0
        torch.set_rng_state(torch.as_tensor(starts[0]))
        self.generator.set_state(torch.as_tensor(starts[1]))
        self.epoch_start = self.generator.get_state()

    def batches(self, how="generator"):
        """An epoch in a new order."""
        if how == "loader":
            data = torch.utils.data.TensorDataset(self.x, self.y)
            return torch.utils.data.DataLoader(data, batch_size=4, shuffle=True, generator=self.generator)
        return ((self.x[i], self.y[i]) for i in torch.randperm(len(self.x), generator=self.generator).split(4))

    def step(self, xb, yb, before_step=None):
        self.optimizer.zero_grad()
        loss = nn.functional.mse_loss(self.model(xb), yb)
        loss.backward()
        if before_step is not None:
            before_step()
        self.optimizer.step()
        self.scheduler.step()
        self.losses.append(loss.item())
        self.done += 1

    def train(self, until, how="generator", skip=0, before_step=None):
        """Steps until so many are done; the first `skip` batches of this epoch are left out."""
        while self.done < until:
            self.epoch_start = self.generator.get_state()
            for number, (xb, yb) in enumerate(self.batches(how)):
                if number >= skip and self.done < until:
                    self.step(xb, yb, before_step)
            skip = 0

    def told(self):
        """Losses, the model's state, and the next numbers of the global generator."""
        return self.losses, dict(self.model.state_dict()), torch.rand(3)


def whole(setting, until, how="generator", resting=False):
    """The run in one go."""
    run = Run(*setting)
    run.model[1].train(not resting)
    run.train(until, how)
    return run.told()


def stopped(module, setting, at, name, how="generator", counted="here"):
    """The file of a run that is saved after `at` steps; an epoch's end may count as the next one's start.

    >>> model = torch.nn.Linear(6, 1); optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    >>> save_checkpoint(name, model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 8, 0.5), epoch=0, step=3)
    ...  # in a smaller run
    """
    run, path = Run(*setting), Path(name) if how == "loader" else name
    run.train(at, how)
    epoch, step, rng = (at - 1) // 7, (at - 1) % 7 + 1, run.epoch_start
    if counted == "next":
        epoch, step, rng = epoch + 1, 0, run.generator.get_state()
    module.save_checkpoint(path, run.model, run.optimizer, run.scheduler, epoch=epoch, step=step, loader_rng=rng)
    return Path(path).read_bytes()


def resumed(module, setting, content, until, name, how="generator"):
    """What a new run makes of that file.

    >>> model = torch.nn.Linear(6, 1); optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    >>> save_checkpoint(name, model, optimizer); load_checkpoint(name, model, optimizer)  # in a smaller run
    """
    run, path = Run(*setting), Path(name) if how == "loader" else name
    Path(path).write_bytes(content)
    told = module.load_checkpoint(path, run.model, run.optimizer, run.scheduler)
    run.model.train()
    if told["loader_rng"] is not None:
        run.generator.set_state(torch.as_tensor(told["loader_rng"]))
    run.done = 7 * int(told["epoch"]) + int(told["step"])
    for xb, yb in module.remaining(run.batches(how), told["step"]):
        if run.done < until:
            run.step(xb, yb)
    run.train(until, how)
    return run.told()


def forgetful(setting, other, at, until, forgotten):
    """The weights if one part of the state is not restored, computed without any submission."""
    first = Run(*setting)
    first.train(at)
    state = [copy.deepcopy(part.state_dict()) for part in (first.model, first.optimizer, first.scheduler)]
    numbers, run = torch.get_rng_state(), Run(*other)
    parts = zip(("model", "optimizer", "scheduler"), (run.model, run.optimizer, run.scheduler), state, strict=True)
    for name, part, saved in parts:
        if name != forgotten:
            part.load_state_dict(saved)
    if forgotten != "rng":
        torch.set_rng_state(numbers)
    if forgotten == "order":
        run.generator.set_state(first.generator.get_state())
    elif forgotten != "loader":
        run.generator.set_state(first.epoch_start)
    run.done = at if forgotten != "step" else at - at % 7
    run.train(until, skip=run.done % 7)
    return run.told()[1]


def line(values):
    model = nn.Linear(4, 3)
    for p, value in zip(model.parameters(), values, strict=True):
        p.data.copy_(torch.as_tensor(value))
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def generator_state(skipped):
    torch.rand(skipped)
    return torch.get_rng_state()


# ---- the examiner's side

CAUSES = {
    "model": "as if the model had not been restored", "optimizer": "as if Adam had started cold",
    "scheduler": "as if the schedule had begun anew",
    "rng": "as if torch's generator had not been restored: other masks",
    "loader": "as if loader_rng had got lost: the rest of the epoch in another order",
    "order": "as if the next epoch's order had been drawn", "step": "as if the epoch had begun anew",
}  # fmt: skip


def drawn(draw, neutral):
    """Weights, data and states of the generators of a run; and those of the run that is to take its place."""
    shapes, places = ((8, 6), (8,), (8,), (8,), (1, 8), (1,)), draw.permutation(900)[:4] + 1
    weights = [[0.4 * normal(draw, *shape) for shape in shapes] for _ in range(2)]
    for one in weights:
        one[2] = 1 + 0.3 * one[2]
    x, y = normal(draw, 26, 6), normal(draw, 26, 1)
    starts = [neutral(generator_state, int(place)) for place in places]
    return (weights[0], x, y, starts[:2]), (weights[1], x, y, starts[2:])


def compare(seen, right, what, causes=None):
    """Losses, state and random numbers of a resumed run against those of the whole one."""
    losses, state, numbers = answers(seen, 3)
    why = ""
    if causes is not None and isinstance(state, dict):
        why = next((f" ({CAUSES[name]})" for name, other in causes() if alike(state, other)), "")
    steps = len(losses) if isinstance(losses, list) else 0
    close(
        losses, right[0][len(right[0]) - steps :] if steps else right[0], f"{what}: the losses{why}", rtol=0, atol=2e-6
    )
    close(state, right[1], f"{what}: the model at the end{why}", rtol=0, atol=2e-6)
    close(numbers, right[2], f"{what}: torch.rand(3) after it", rtol=0, atol=1e-7)


def ends(draw, count=2):
    return [[normal(draw, 3, 4), normal(draw, 3)] for _ in range(count)]


def alike(state, other):
    """Whether two states of a model are the same but for rounding."""
    try:
        close(state, other, "", rtol=0, atol=2e-6)
    except AssertionError:
        return False
    return True
