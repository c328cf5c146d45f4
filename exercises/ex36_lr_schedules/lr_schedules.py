"""Learning rate schedules as pure functions of the step, and the rate set on an optimizer.

Steps are numbered from 0: a run of `total` updates uses the rates of the steps 0 ... total - 1. Every schedule may be
asked about any step, in any order, and has no memory: the same arguments give the same rate. Rates are Python floats or
NumPy floats, no tensors, right to five digits (single precision will do); a `minimum` may come back as it was given.
`step`, `every`, `warmup` and `total` are ints, `base` > 0, 0 <= `minimum` <= `base`, 0 < `gamma` <= 1; what the
docstrings do not speak of is free.
"""

import torch


def step_decay(step: int, base: float, every: int, gamma: float) -> float:
    """`base` for the first `every` steps, `base * gamma` for the next `every`, `base * gamma**2` for the next, ...

    ValueError: step < 0 or every < 1.
    """
    raise NotImplementedError("step_decay: not written yet")


def cosine(step: int, base: float, total: int, minimum: float = 0.0) -> float:
    """Half a period of a cosine: `base` at step 0, `minimum` at step `total`, which is one after the last update.

    minimum + ½ (base - minimum) (1 + cos(π step / total)) up to step `total`; every later step has `minimum` as well.
    ValueError: step < 0 or total < 1.
    """
    raise NotImplementedError("cosine: not written yet")


def warmup_cosine(step: int, base: float, warmup: int, total: int, minimum: float = 0.0) -> float:
    """A straight line up to `base` over the first `warmup` steps, then half a period of a cosine down to `minimum`.

    step < warmup:           base (step + 1) / warmup, so step 0 is not wasted and step warmup - 1 has `base`
    warmup <= step < total:  minimum + ½ (base - minimum) (1 + cos(π (step - warmup) / (total - warmup)))
    step >= total:           minimum

    The warm-up may start below `minimum`. `warmup` may be 0, and may be equal to `total`: then the line ends at step
    total - 1, and nothing but `minimum` follows. ValueError: step < 0, total < 1, warmup < 0 or warmup > total.
    """
    raise NotImplementedError("warmup_cosine: not written yet")


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Give every parameter group the rate `lr` times its own "lr_scale", or `lr` itself if the group has no such key.

    `optimizer` is any of torch.optim, with one group or several; an "lr_scale" is a number >= 0, and lr >= 0. It is
    called anew before each update, with the rate of that step: the present rate of a group plays no part. All else of
    the optimizer stays as it is: the groups with their other keys, its defaults, its state, its parameters (only
    "initial_lr" is free).
    """
    raise NotImplementedError("set_lr: not written yet")
