"""Nothing from the given classes, the best model in a deep copy, train_loss measured after each epoch."""

import copy
import math

import torch
from torch import nn


def mean_loss(model, loader, device):
    model.eval()
    losses, right = [], []
    with torch.inference_mode():
        for x, y in loader:
            scores = model(x.to(device))
            losses.append(nn.functional.cross_entropy(scores, y.to(device), reduction="none"))
            right.append((scores.max(1)[1] == y.to(device)).float())
    return float(torch.cat(losses).double().mean()), float(torch.cat(right).double().mean())


def fit(model, train_loader, val_loader, *, epochs=30, lr=1e-3, patience=5, min_delta=0.0, device="cpu"):
    if not epochs > 0:
        raise ValueError
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW([{"params": list(model.parameters())}], lr)  # before the move: it knows the objects
    model = model.to(torch.device(device))
    rows, best, best_epoch, memory, bad = [], math.inf, None, None, 0
    epoch = 0
    while epoch < epochs and (patience is None or bad < patience):
        model.train()
        for x, y in train_loader:
            loss = criterion(model(x.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            model.zero_grad()
        train_loss, _ = mean_loss(model, train_loader, device)
        val_loss, val_acc = mean_loss(model, val_loader, device)
        rows.append((train_loss, val_loss, val_acc))
        bad += 1
        if math.isfinite(val_loss) and best - val_loss > min_delta:
            best, best_epoch, memory, bad = val_loss, epoch, copy.deepcopy(model.state_dict()), 0
        epoch += 1
    if memory is None:
        raise RuntimeError
    model.load_state_dict(memory)
    train_losses, val_losses, accuracies = (list(column) for column in zip(*rows, strict=True))
    return {
        "train_loss": train_losses,
        "val_loss": val_losses,
        "val_acc": accuracies,
        "best_epoch": best_epoch,
        "stopped_early": bad == patience,
        "lr": lr,
    }
