"""ex41's picture: a run in one go and one that was stopped, and how far runs end that lack a part of the state."""

import torch
from torch import nn

STEPS, STOP = 35, 11
PARTS = ("nothing", "Adam's state", "torch's generator", "the epoch's order", "the step")


class Run:
    """Dropout, batch norm, Adam, a schedule, and a loader with a generator of its own: 7 batches an epoch."""

    def __init__(self, seed):
        torch.manual_seed(seed)
        self.x, self.y = torch.randn(26, 6), torch.randn(26, 1)
        layers = nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 1)
        self.model = nn.Sequential(*layers)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.05)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 12, 0.5)
        self.generator = torch.Generator().manual_seed(seed)
        self.losses, self.weights = [], []

    def train(self, steps, batches=None):
        """Trains on what remains of an epoch, if it is given, and on further epochs."""
        while steps:
            self.start = self.generator.get_state()
            order = torch.randperm(26, generator=self.generator).split(4) if batches is None else batches
            for index in order:
                if steps:
                    self.optimizer.zero_grad()
                    loss = nn.functional.mse_loss(self.model(self.x[index]), self.y[index])
                    loss.backward()
                    self.optimizer.step()
                    self.scheduler.step()
                    self.losses.append(loss.item())
                    self.weights.append(nn.utils.parameters_to_vector(self.model.parameters()).detach().clone())
                    steps -= 1
            batches = None


def scene(module):
    """Losses of the whole and of the resumed run, and distances of the weights for each part that is lost."""
    whole = Run(41)
    whole.train(STEPS)
    first = Run(41)
    first.train(STOP)
    parts = first.model, first.optimizer, first.scheduler
    module.save_checkpoint("run.pt", *parts, epoch=STOP // 7, step=STOP % 7, loader_rng=first.start)
    losses, away = None, {}
    for lost in PARTS:
        run = Run(41)
        if lost == "Adam's state":
            cold = run.optimizer.state_dict()["state"]
        told = module.load_checkpoint("run.pt", run.model, run.optimizer, run.scheduler)
        if lost == "Adam's state":
            run.optimizer.load_state_dict(run.optimizer.state_dict() | {"state": cold})
        if lost == "torch's generator":
            torch.manual_seed(0)
        run.generator.set_state(first.generator.get_state() if lost == "the epoch's order" else told["loader_rng"])
        order = torch.randperm(26, generator=run.generator).split(4)
        run.train(STEPS - STOP, module.remaining(order, 0 if lost == "the step" else told["step"]))
        losses = run.losses if lost == "nothing" else losses
        pairs = zip(run.weights, whole.weights[STOP:], strict=True)
        away[lost] = [(a - b).abs().max().item() for a, b in pairs]
    return {"whole": whole.losses, "first": first.losses, "resumed": losses, "away": away}


def claim(reference):
    """A resumed run is the run in one go to the last bit, and whichever part is lost, the weights end elsewhere."""
    assert reference["first"] + reference["resumed"] == reference["whole"], "the resumed losses are not the run's"
    assert set(reference["away"]) == set(PARTS), f"the lost parts are {', '.join(reference['away'])}"
    for lost, away in reference["away"].items():
        if lost == "nothing":
            assert max(away) == 0, f"nothing is lost, and a weight is {max(away):.1e} away"
        else:
            assert away[-1] > 0.005, f"{lost} is lost, and the weights end {away[-1]:.1e} away"


def draw(submission, reference):
    """A row for each side: the losses of both runs, and the largest distance of a weight after the stop."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        row[0].plot(told["whole"], color="tab:gray", lw=4, alpha=0.4, label="in one go")
        row[0].plot(told["first"], "o-", ms=4, label="until the stop")
        row[0].plot(range(STOP, STEPS), told["resumed"], "s-", ms=4, label="resumed")
        row[0].axvline(STOP - 0.5, ls="--", color="tab:red", lw=1)
        row[0].set(title=f"{name}: stopped in the middle of an epoch", xlabel="step", ylabel="loss")
        row[0].legend(fontsize=8)
        for lost, away in told["away"].items():
            row[1].plot(range(STOP, STEPS), away, lw=3 if lost == "nothing" else 1.2, label=f"{lost} is lost")
        row[1].set(title="largest distance of a weight from the run in one go", xlabel="step", ylabel="distance")
        row[1].legend(fontsize=8)
    return figure
