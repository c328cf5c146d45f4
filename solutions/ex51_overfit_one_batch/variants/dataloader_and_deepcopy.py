"""A twin by deepcopy, a DataLoader with a generator, gradients cleared to zeros, extra keys."""

import copy
import math

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset


def initial_loss(model, x, y):
    if not x.numel():
        raise ValueError
    twin = copy.deepcopy(model).eval()
    with torch.inference_mode():
        return float(torch.nn.CrossEntropyLoss()(twin(x), y))


def checklist(make_model, make_step, x, y, num_classes, steps=150):
    if num_classes < 2:
        raise ValueError("classes")
    if steps < 1 or y.shape[0] == 0:
        raise ValueError("nothing to do")
    result = {}
    model, step = make_model(), make_step()
    for _ in range(steps):
        last = step(model, x.clone(), y.clone())
    last = float(torch.as_tensor(last))
    result["last_loss"] = last
    result["overfits"] = last >= 0 and last < 0.05

    model = make_model()
    twin = copy.deepcopy(model)
    start = copy.deepcopy(model.state_dict())
    result["first_loss"] = initial_loss(model, x, y)
    result["initial"] = bool(np.abs(result["first_loss"] / math.log(num_classes) - 1) < 0.5)
    torch.manual_seed(7)
    loss = make_step()(model, x, y)
    result["no_leak"] = not getattr(loss, "requires_grad", False)
    result["all_move"] = all((p.detach() != start[name]).any().item() for name, p in model.named_parameters())
    for p in twin.parameters():
        p.grad = 1000 * torch.ones_like(p)
    torch.manual_seed(7)
    make_step()(twin, x, y)
    gaps = [(p - q).abs().max().item() for p, q in zip(model.parameters(), twin.parameters(), strict=True)]
    result["own_grad"] = max(gaps) < 1e-6
    return result


def shuffled_labels(fit, x, y, x_val, y_val):
    if min(len(x), len(x_val)) == 0:
        raise ValueError("empty")
    scores = []
    for labels in (y.clone(), y[torch.from_numpy(np.random.permutation(len(y)))]):
        model = fit(x.clone(), labels).eval()
        scores.append(np.mean(model(x_val).argmax(-1).numpy() == y_val.numpy()))
    return scores[0], scores[1]


def train(model, X, y, *, epochs, lr, batch_size, seed=0):
    if len(y) == 0:
        raise ValueError("empty")
    loader = DataLoader(
        TensorDataset(X, y), batch_size, shuffle=True, generator=torch.Generator().manual_seed(seed + 5)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr)
    criterion = torch.nn.CrossEntropyLoss()
    history = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for xb, yb in loader:
            optimizer.zero_grad(set_to_none=False)
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(xb))
        history.append(float(np.average(losses, weights=sizes)))
        model.eval()
    return history
