"""The two numbers at the end of a tool's README: what the tool changes when it runs inside `fit`.

python -m benchmarks.fitted               # every tool's line, measured anew
python -m benchmarks.fitted --write       # puts the lines at the end of the READMEs
python -m benchmarks.fitted ex16 ex18     # these two only
"""

import functools
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.fitted_loop import (
    averaged,
    calibrated,
    forgetful,
    in_parts,
    policies,
    sorted_digits,
    stopped,
    underflown,
    views,
)  # fmt: skip
from benchmarks.fitting import EPOCHS, ROOT, fit, network, plain, solution, stacked, tensors

START = "Inside `fit`"
SEEDS = (0, 1, 2)
CLEAN = (
    "ex02", "ex06", "ex07", "ex10", "ex12", "ex19", "ex32", "ex35", "ex36", "ex37", "ex38", "ex39", "ex46", "ex47",
)  # fmt: skip
"""The exercises whose runs use right labels only."""
Pair = tuple[float, float]


def one_hot(y: Tensor) -> Tensor:
    return functional.one_hot(y, 10).float()


def last_losses(**how: Any) -> Callable[[int], Pair]:
    """Validation loss of the last epoch, without the tool and with it."""
    return lambda seed: (plain(seed).history["val_loss"][-1], fit(seed, **how).history["val_loss"][-1])


def shifted_test(seed: int) -> Pair:
    augment, (*_, x, y) = solution("ex12").digit_augment, tensors(noisy=False)
    runs = plain(seed, noisy=False), fit(seed, batch=lambda xb, yb: (augment(xb), yb), noisy=False)
    moved = augment(x)
    return runs[0].accuracy(moved, y), runs[1].accuracy(moved, y)


def five_for_one(seed: int) -> Pair:
    """`expand` on each batch is `expand` on the training set, in batches of 250."""
    *_, x, y = tensors(noisy=False)

    def expanded(xb: Tensor, yb: Tensor) -> tuple[Tensor, Tensor]:
        images, labels = solution("ex10").expand(xb[:, 0].numpy(), yb.numpy())
        return torch.from_numpy(images).float()[:, None], torch.from_numpy(labels)

    return plain(seed, noisy=False).accuracy(x, y), fit(seed, batch=expanded, noisy=False).accuracy(x, y)


def early_epochs(make: Callable[[], nn.Module], lr: float, epochs: int = 3) -> Callable[[int], Pair]:
    """Training loss of an early epoch, of the plain network and of another."""

    def measure(seed: int) -> Pair:
        runs = [fit(seed, one, noisy=False, epochs=epochs, lr=lr) for one in (network, make)]
        return runs[0].history["train_loss"][-1], runs[1].history["train_loss"][-1]

    return measure


def gaps(seed: int) -> Pair:
    """ex17's gap between training and test, with dropout 0 and 0.5."""
    x, y, _, _, x_test, y_test = tensors(noisy=True)
    module, found = solution("ex17"), []
    for p in (0.0, 0.5):
        run = fit(seed, lambda p=p: nn.Sequential(nn.Flatten(), module.RegularizedMLP(64, 128, 10, p)))
        found.append(float(module.overfit_gap(run.model, x, y, x_test, y_test)))
    return found[0], found[1]


class Stepwise(torch.optim.Optimizer):
    """An optimizer that asks a function of ex35 for each parameter's next value."""

    def __init__(self, params: Any, rule: Callable[..., Tensor], **settings: float) -> None:
        super().__init__(params, {})
        self.rule = functools.partial(rule, **settings)

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for p in self.param_groups[0]["params"]:
            p.copy_(self.rule(p, p.grad, self.state[p]))


def momentum(seed: int) -> Pair:
    rule = solution("ex35").momentum_step
    runs = [
        fit(seed, make_optimizer=lambda m, mu=mu: Stepwise(m.parameters(), rule, lr=0.05, mu=mu), noisy=False, epochs=5)
        for mu in (0.0, 0.9)
    ]
    return runs[0].history["train_loss"][-1], runs[1].history["train_loss"][-1]


def scheduled(seed: int) -> Pair:
    """Turned and shifted batches, which make every step noisy: Adam at the rate 0.03, constant or cooled down."""
    module, augment, total = solution("ex36"), solution("ex12").digit_augment, 4 * EPOCHS

    def cooled(model: nn.Module) -> torch.optim.Optimizer:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
        steps = iter(range(total))
        optimizer.register_step_pre_hook(
            lambda *_: module.set_lr(optimizer, module.warmup_cosine(next(steps), 0.03, 10, total))
        )
        return optimizer

    how: dict[str, Any] = {"batch": lambda x, y: (augment(x), y), "noisy": False}
    runs = fit(seed, lr=0.03, **how), fit(seed, make_optimizer=cooled, **how)
    return runs[0].history["val_loss"][-1], runs[1].history["val_loss"][-1]


def deep(scaled: bool) -> nn.Module:
    """Eight hidden layers of 64 units, started by PyTorch or by ex37."""
    layers = [layer for _ in range(8) for layer in (nn.Linear(64, 64), nn.ReLU())]
    model = nn.Sequential(nn.Flatten(), *layers, nn.Linear(64, 10))
    if scaled:
        solution("ex37").init_model(model)
    return model


def starts(seed: int) -> Pair:
    runs = [fit(seed, functools.partial(deep, scaled), noisy=False, epochs=5, lr=1e-3) for scaled in (False, True)]
    return runs[0].history["train_loss"][-1], runs[1].history["train_loss"][-1]


def depths(seed: int) -> Pair:
    runs = [fit(seed, functools.partial(stacked, both), noisy=False, epochs=5, lr=1e-3) for both in (False, True)]
    return runs[0].history["train_loss"][-1], runs[1].history["train_loss"][-1]


def confidences(seed: int) -> Pair:
    """The mean of the largest probability on the test digits, without smoothed targets and with them."""
    x = tensors(noisy=False)[4]
    smooth = solution("ex19").smooth_labels
    runs = plain(seed, noisy=False), fit(seed, batch=lambda xb, yb: (xb, smooth(yb, 10, 0.1)), noisy=False)
    with torch.no_grad():
        sure = [run.model.eval()(x).softmax(1).amax(1).mean().item() for run in runs]
    return sure[0], sure[1]


def decayed(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(solution("ex18").param_groups(model, 1.0), lr=1e-2)


def penalized(model: nn.Module) -> torch.optim.Optimizer:
    """Adam, with the penalty's gradient added to that of the loss before each step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    optimizer.register_step_pre_hook(lambda *_: solution("ex34").l2_penalty(model.parameters(), 0.01).backward())
    return optimizer


LOSS = "the validation loss of the last epoch is {} without and {} with"
TOOLS: dict[str, tuple[Callable[[int], Pair], str]] = {
    "ex01": (
        stopped,
        "the validation loss of the last of 40 epochs is {}, that of the model that `patience=5` hands back {}",
    ),
    "ex02": (
        early_epochs(lambda: nn.Sequential(nn.Flatten(), solution("ex02").NormMLP(64, 128, 10, "batch")), 1e-2),
        'the training loss of the third epoch is {} with a plain network and {} with `norm="batch"`',
    ),
    "ex03": (last_losses(batch=lambda x, y: solution("ex03").cutmix(x, one_hot(y))), f"{LOSS} `cutmix` of each batch"),
    "ex06": (
        early_epochs(lambda: network(solution("ex06").BatchNorm(128)), 1e-2),
        "the training loss of the third epoch is {} without and {} with `BatchNorm(128)` before the ReLU",
    ),
    "ex07": (
        early_epochs(lambda: network(solution("ex07").LayerNorm(128)), 1e-2),
        "the training loss of the third epoch is {} without and {} with `LayerNorm(128)` before the ReLU",
    ),
    "ex10": (
        five_for_one,
        "the test accuracy is {} on the digits as they are and {} on `expand` of them: a mirrored or turned digit is no"
        " digit",
    ),
    "ex11": (views, "after fifteen epochs the validation loss is {} on the same pictures and {} on new views of them"),
    "ex12": (shifted_test, "the accuracy on turned and shifted test digits is {} without and {} with `digit_augment`"),
    "ex14": (
        last_losses(batch=lambda x, y: solution("ex14").mixup(x, one_hot(y))),
        f"{LOSS} `mixup` of each batch",
    ),
    "ex15": (
        last_losses(batch=lambda x, y: (solution("ex15").cutout(x, 4), y)),
        f"{LOSS} `cutout` of size 4",
    ),
    "ex16": (
        last_losses(make=lambda: network(after=solution("ex16").Dropout(0.5))),
        f"{LOSS} `Dropout(0.5)` after the ReLU",
    ),
    "ex17": (gaps, "the gap between training and test is {} with `dropout=0` and {} with `dropout=0.5`"),
    "ex18": (last_losses(make_optimizer=decayed), f"{LOSS} `AdamW(param_groups(model, 1.0))`"),
    "ex19": (
        confidences,
        "the largest probability on test digits, of which more than nine in ten are read rightly, is on average {}"
        " without and {} with targets smoothed by 0.1",
    ),
    "ex32": (
        sorted_digits,
        "the validation loss after ten epochs is {} if digits sorted by class come in that order and {} if they are"
        " shuffled",
    ),
    "ex34": (last_losses(make_optimizer=penalized), f"{LOSS} `l2_penalty` of 0.01 in the loss"),
    "ex35": (
        momentum,
        "the training loss of the fifth epoch is {} with `mu=0` and {} with `mu=0.9`, both at rate 0.05",
    ),
    "ex36": (
        scheduled,
        "with `digit_augment` of each batch, the validation loss of the last epoch is {} at the constant rate 0.03"
        " and {} with `warmup_cosine`",
    ),
    "ex37": (
        starts,
        "the training loss of a network with eight hidden layers is {} in the fifth epoch from PyTorch's start and {}"
        " after `init_model`",
    ),
    "ex38": (
        depths,
        "the training loss of twenty blocks is {} in the fifth epoch without skip and norm and {} with both",
    ),
    "ex39": (
        in_parts,
        "autograd keeps up to {} KiB for whole batches of 50 and {} KiB for micro-batches of 10, and the training is"
        " the same",
    ),
    "ex46": (
        underflown,
        "the share of float16 gradients that are 0 in the first epoch of twenty plain blocks is {} at scale 1 and {} at"
        " scale 65 536, as in float32",
    ),
    "ex47": (
        forgetful,
        "autograd keeps {} KiB for a batch of twenty blocks and {} KiB in five `checkpointed` stages, and the"
        " training is the same",
    ),
    "ex48": (
        averaged,
        "the validation loss of the last weights is {}, that of their mean over the second half of the steps {}",
    ),
    "ex49": (
        policies,
        "the validation loss after 25 epochs is {} without and {} with `rand_augment` of turns, shears and brightness",
    ),
    "ex50": (calibrated, "the calibration error on the test digits is {} at temperature 1 and {} at the fitted one"),
}
"""What each tool is measured by, and the sentence that its two numbers stand in."""


def measured(exercise: str) -> Pair:
    """Means over the seeds."""
    pairs = [TOOLS[exercise][0](seed) for seed in SEEDS]
    without, with_tool = (math.fsum(numbers) / len(SEEDS) for numbers in zip(*pairs, strict=True))
    return without, with_tool


def line(exercise: str, pair: Pair) -> str:
    data = "200 digits" if exercise in CLEAN else "200 digits, 51 labels wrong"
    words = TOOLS[exercise][1].format(*(f"**{number:.2f}**" for number in pair))
    return f"{START} ({data}; mean of {len(SEEDS)} seeds) {words}."


def readme(exercise: str) -> Path:
    return next((ROOT / "exercises").glob(f"{exercise}_*")) / "README.md"


def main(arguments: list[str], say: Callable[[str], None] = print) -> None:
    torch.set_num_threads(1)
    for exercise in [one for one in arguments if one in TOOLS] or TOOLS:
        text = line(exercise, measured(exercise))
        say(f"{exercise} {text}")
        if "--write" in arguments:
            page = readme(exercise)
            kept = page.read_text(encoding="utf-8").partition(f"\n{START} (")[0].rstrip("\n")
            page.write_text(f"{kept}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
