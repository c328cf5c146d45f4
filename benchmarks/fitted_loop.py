"""What tools around the model change inside `fit`: its batches, pictures, memory, precision and end."""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as images

from benchmarks.fitting import EPOCHS, fit, network, plain, solution, stacked, tensors

Pair = tuple[float, float]
KIB = 1024


def history(seed: int, batches: Any, noisy: bool, **how: Any) -> dict[str, Any]:
    """ex22's own `fit` of a new network, with these training batches."""
    torch.manual_seed(seed)
    return solution("ex22").fit(network(), batches, [tuple(tensors(noisy)[2:4])], lr=1e-2, **how)


def stopped(seed: int) -> Pair:
    """ex01's object is the one that ex22 gives: the last of forty epochs, and the one that patience hands back."""
    x, y = tensors(noisy=True)[:2]
    runs = [
        history(seed, solution("ex32").Minibatches(x, y, 50, seed=seed), True, epochs=EPOCHS, patience=patience)
        for patience in (None, 5)
    ]
    return runs[0]["val_loss"][-1], min(runs[1]["val_loss"])


def sorted_digits(seed: int) -> Pair:
    """Digits that lie sorted by class, as in many a folder, read in that order and shuffled."""
    x, y = tensors(noisy=False)[:2]
    order = y.argsort(stable=True)
    losses = []
    for shuffle in (False, True):
        batches = solution("ex32").Minibatches(x[order], y[order], 50, shuffle=shuffle, seed=seed)
        losses.append(history(seed, batches, False, epochs=10, patience=None)["val_loss"][-1])
    return losses[0], losses[1]


def views(seed: int) -> Pair:
    """Fifteen epochs at the rate 0.02, on the digits and on views of them through ex11's training pipeline."""
    train, _ = solution("ex11").make_transforms(8, 9, (0.0,) * 3, (1.0,) * 3, flip_p=0.0)

    def viewed(xb: Tensor, yb: Tensor) -> tuple[Tensor, Tensor]:
        return torch.stack([train(images.to_pil_image(one).convert("RGB"))[:1] for one in xb]), yb

    runs = [fit(seed, batch=batch, epochs=15, lr=2e-2) for batch in (None, viewed)]
    return runs[0].history["val_loss"][-1], runs[1].history["val_loss"][-1]


def turned(image: Tensor, degrees: float) -> Tensor:
    return images.rotate(image, degrees, interpolation=InterpolationMode.BILINEAR)


def sheared(image: Tensor, degrees: float) -> Tensor:
    return images.affine(image, 0.0, [0, 0], 1.0, [degrees, 0.0], interpolation=InterpolationMode.BILINEAR)


def brightened(image: Tensor, share: float) -> Tensor:
    return (image * (1 + share)).clamp(0, 1)


OPS = {"turn": (turned, 30.0, True), "shear": (sheared, 20.0, True), "brighten": (brightened, 0.5, True)}


def policies(seed: int) -> Pair:
    augment = solution("ex49").rand_augment
    runs = [fit(seed, batch=batch, epochs=25) for batch in (None, lambda xb, yb: (augment(xb, OPS), yb))]
    return runs[0].history["val_loss"][-1], runs[1].history["val_loss"][-1]


def loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return functional.cross_entropy(model(x), y)


def kept(loss: Callable[[], Tensor], model: nn.Module) -> float:
    """KiB that autograd keeps for the backward pass, as ex47 counts them."""
    return float(solution("ex47").saved_bytes(loss, model.parameters())) / KIB


def in_parts(seed: int) -> Pair:
    """Most KiB that autograd keeps at a time in an epoch of batches, and of the same batches in parts of ten."""
    kib, losses = [], []
    for size in (50, 10):
        torch.manual_seed(seed)
        x, y = tensors(noisy=False)[:2]
        model, most = network(), 0.0
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        for rows in torch.randperm(len(x)).split(50):
            micro = [(x[part], y[part]) for part in rows.split(size)]
            for xb, yb in micro:
                most = max(most, kept(functools.partial(loss, model, xb, yb), model))
            last = solution("ex39").accumulate(model, micro, functional.cross_entropy)
            optimizer.step()
        kib.append(most)
        losses.append(last)
    return same_training(kib, losses)


def same_training(numbers: list[float], losses: list[float]) -> Pair:
    """The two numbers, if both runs ended at the same loss: the tool must save, and change nothing else."""
    if abs(losses[0] - losses[1]) > 1e-4:
        raise RuntimeError(f"the two trainings differ: losses {losses}")
    return numbers[0], numbers[1]


class Thrifty(nn.Module):
    """Five stages of four blocks, which keep their inputs alone."""

    def __init__(self, plain: nn.Sequential) -> None:
        super().__init__()
        self.start, first, blocks = plain[0], plain[1], list(plain[2])
        self.first, self.end = first, nn.Sequential(*blocks[20:])
        self.stages = nn.ModuleList(nn.Sequential(*blocks[at : at + 4]) for at in range(0, 20, 4))

    def forward(self, x: Tensor) -> Tensor:
        return self.end(solution("ex47").checkpointed(list(self.stages), self.first(self.start(x))))


def forgetful(seed: int) -> Pair:
    """KiB that autograd keeps for a batch of twenty blocks, and for the same in five stages that run twice."""
    x, y = (part[:50].clone() for part in tensors(noisy=False)[:2])
    runs = [fit(seed, make, noisy=False, epochs=2, lr=1e-3) for make in (stacked, lambda: Thrifty(stacked()))]
    kib = [kept(functools.partial(loss, run.model, x, y), run.model) for run in runs]
    return same_training(kib, [run.history["train_loss"][-1] for run in runs])


def underflown(seed: int) -> Pair:
    """The share of the weights' float16 gradients that are 0 in the first epoch of twenty plain blocks."""
    x, y = tensors(noisy=False)[:2]
    shares = []
    for scale in (1.0, 65536.0):
        torch.manual_seed(seed)
        model = stacked(False)
        optimizer, scaler = torch.optim.Adam(model.parameters(), lr=1e-3), solution("ex46").LossScaler(scale)
        zeros = []
        for rows in torch.randperm(len(x)).split(50):
            solution("ex46").amp_step(
                model, optimizer, x[rows], y[rows], functional.cross_entropy, scaler, dtype=torch.float16
            )
            grads = torch.cat([p.grad.flatten() for p in model.parameters() if p.ndim == 2 and p.grad is not None])
            zeros.append((grads == 0).float().mean().item())
        shares.append(sum(zeros) / len(zeros))
    return shares[0], shares[1]


def averaged(seed: int) -> Pair:
    average, steps = solution("ex48").WeightAverage(), iter(range(4 * EPOCHS))

    def watched(model: nn.Module) -> torch.optim.Optimizer:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
        optimizer.register_step_post_hook(lambda *_: average.update(model) if next(steps) >= 2 * EPOCHS else None)
        return optimizer

    run = fit(seed, make_optimizer=watched)
    x_val, y_val = tensors(noisy=True)[2:4]
    with average.swapped(run.model):
        mean = solution("ex21").evaluate(run.model, [(x_val, y_val)], functional.cross_entropy)["loss"]
    return run.history["val_loss"][-1], mean


def calibrated(seed: int) -> Pair:
    module, model = solution("ex50"), plain(seed).model.eval()
    _, _, x_val, y_val, x_test, y_test = tensors(noisy=True)
    with torch.no_grad():
        val, test = model(x_val), model(x_test)
    temperature = module.fit_temperature(val, y_val)
    before, after = (float(module.ece((test / t).softmax(1), y_test)) for t in (1.0, temperature))
    return before, after
