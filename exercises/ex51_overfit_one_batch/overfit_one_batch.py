"""Five cheap checks for a training step, a check for leaks, and a loop that needs them.

A classifier gives logits (N, K) for inputs (N, ...); labels are (N,), int64, from 0 to K - 1. What a docstring does not
speak of is free.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Step = Callable[[nn.Module, Tensor, Tensor], float]
"""step(model, x, y) makes one training step on the batch and returns the loss before it, a number or a tensor."""


def initial_loss(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """The mean cross entropy of model(x), measured in eval mode and without a graph. A plain float.

    Afterwards every module is in the mode in which it came, and parameters, buffers and `.grad` are as before.
    ValueError: no samples.
    """
    raise NotImplementedError("initial_loss: not written yet")


def checklist(
    make_model: Callable[[], nn.Module],
    make_step: Callable[[], Step],
    x: Tensor,
    y: Tensor,
    num_classes: int,
    steps: int = 150,
) -> dict[str, bool]:
    """What a training step passes, by the name of the check. x, y: the one batch, K is num_classes.

    make_model() gives a new model, its weights drawn from torch's global generator. make_step() gives a new step,
    which belongs to the model of its first call (it may make its optimizer then) and may draw from the same generator.
    Each check begins with a new model and a new step of its own; one run may serve several checks, if each of them
    would have seen the same in a run of its own.

    "initial"   |initial_loss - ln K| < 0.5 ln K, for a model that no step has seen
    "no_leak"   the loss that a step returns carries no graph
    "all_move"  one step changes every parameter (at least one entry of each)
    "own_grad"  one step of a model that had 1000 in every entry of every .grad leaves the parameters that it leaves
                without; both models, and both steps, begin with the same torch seed
    "overfits"  the loss that the last of `steps` steps on the batch RETURNS lies in [0, 0.05)

    x and y stay as they are. ValueError: no samples, num_classes < 2, steps < 1.
    """
    raise NotImplementedError("checklist: not written yet")


def shuffled_labels(
    fit: Callable[[Tensor, Tensor], nn.Module], x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor
) -> tuple[float, float]:
    """Validation accuracy of the model fit(x, y), and of the model fit(x, y in a random order), in this order.

    Any order of the labels is possible; the samples themselves stay with x as they came. Each model is asked in eval
    mode. `fit` is called once for each. x, y, x_val and y_val stay as they are.
    ValueError: no samples to train on or to validate with.
    """
    raise NotImplementedError("shuffled_labels: not written yet")


def train(
    model: nn.Module, X: Tensor, y: Tensor, *, epochs: int, lr: float, batch_size: int, seed: int = 0
) -> list[float]:
    """GIVEN BROKEN, with five bugs: repair it, or write it anew. Trains `model` itself with plain SGD, cross entropy.

    In each epoch all N pairs are cut into minibatches of batch_size (the last one has what is left), in a new random
    order; `seed` alone decides the orders. Each minibatch makes one step, w - lr · the gradient of its mean loss at w.
    What stood in .grad before the call plays no part. All modules are in train mode whenever the model is trained,
    whatever mode they came in. The measurement at the end of an epoch may stay or go.

    The history has a plain float for each epoch: the mean over all samples of the losses before their steps.
    X and y stay as they are. ValueError: no samples.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    generator = torch.Generator().manual_seed(seed)
    history = []
    model.train()
    for epoch in range(epochs):
        inputs = X[torch.randperm(len(X), generator=generator)]
        labels = y[torch.randperm(len(y), generator=generator)]
        losses = []
        for xb, yb in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
            probabilities = model(xb).softmax(dim=1)
            loss = F.cross_entropy(probabilities, yb)
            loss.backward()
            optimizer.step()
            losses.append(loss)
        history.append(torch.stack(losses).mean())

        model.eval()
        with torch.no_grad():
            accuracy = (model(X).argmax(dim=1) == y).float().mean()
        print(f"epoch {epoch}: accuracy {accuracy:.2f}")
    return history
