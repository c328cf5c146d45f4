"""ex47's picture: the bytes that stacks of blocks keep, and when which block runs."""

import torch
from torch import nn

COUNTS = [1, 2, 4, 8, 12]


class Block(nn.Module):
    """A residual block that notes when it runs."""

    def __init__(self, number, calls):
        super().__init__()
        self.inside = nn.Sequential(nn.Linear(32, 128), nn.ReLU(), nn.Linear(128, 32), nn.Dropout(0.5))
        self.number, self.calls = number, calls

    def forward(self, x):
        self.calls.append(self.number)
        return x + self.inside(x)


def scene(module):
    """Bytes kept by the plain loop and by checkpointed, for stacks of several heights; the calls of six blocks."""
    x = torch.randn(16, 32)

    def plain(blocks, h):
        for block in blocks:
            h = block(h)
        return h

    def kept(run, count):
        blocks = nn.ModuleList(Block(i, []) for i in range(count))
        return int(module.saved_bytes(lambda: run(blocks, x), blocks.parameters()))

    calls = []
    y = module.checkpointed([Block(i, calls) for i in range(6)], x)
    forward = len(calls)
    y.sum().backward()
    return {
        "plain": [kept(plain, count) for count in COUNTS],
        "checkpointed": [kept(module.checkpointed, count) for count in COUNTS],
        "calls": calls,
        "forward": forward,
    }


def claim(reference):
    """Bytes grow with the blocks both ways, checkpointed at a sixth of the slope; backward goes down the stack."""
    plain, kept, calls = reference["plain"], reference["checkpointed"], reference["calls"]
    per = [size / count for size, count in zip(plain, COUNTS, strict=True)]
    assert len(set(per)) == 1, f"the plain loop's bytes per block are {per}"
    assert [6 * size for size in kept] == plain, f"checkpointed keeps {kept} bytes, the plain loop {plain}"
    assert calls == [*range(6), *reversed(range(6))], f"the blocks run in the order {calls}"
    assert reference["forward"] == 6, f"{reference['forward']} blocks run forward"


def draw(submission, reference):
    """A row for each side: bytes against the number of blocks, and the order in which six blocks run."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 4 * len(sides)), layout="constrained")
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for which in ("plain", "checkpointed"):
            row[0].plot(COUNTS, [size / 1024 for size in told[which]], "o-", label=which)
        row[0].set(title=f"{name}: kept for the backward pass", xlabel="blocks", ylabel="KiB", ylim=(0, None))
        row[0].legend(fontsize=8)
        calls, turn = told["calls"], told["forward"]
        row[1].step(range(len(calls)), calls, where="mid", color="tab:gray", lw=0.8)
        row[1].plot(range(turn), calls[:turn], "o", label="forward")
        row[1].plot(range(turn, len(calls)), calls[turn:], "s", label="once more, in backward")
        row[1].set(title="six blocks, checkpointed", xlabel="call", ylabel="block")
        row[1].legend(fontsize=8)
    return figure
