"""Keeps the best model in a file, and the epochs in a NumPy table; training data is measured after validation."""

import numpy as np
import torch
from torch import nn


def fit(
    model: nn.Module, train_loader, val_loader, *, epochs=30, lr=1e-3, patience=5, min_delta=0.0, device="cpu"
) -> dict:
    if epochs <= 0:
        raise ValueError(f"{epochs} epochs")
    model.to(device)
    adam = torch.optim.Adam((p for p in model.parameters() if p.requires_grad), lr=lr, foreach=False)
    table = np.full((epochs, 3), np.inf)
    best_epoch, bad, run = -1, 0, 0
    for run in range(1, epochs + 1):
        model.train(True)
        running = 0.0
        for number, (x, y) in enumerate(train_loader, 1):
            for group in adam.param_groups:
                for p in group["params"]:
                    p.grad = None
            batch_loss = -model(x.to(device)).log_softmax(1).gather(1, y.to(device)[:, None]).mean()
            batch_loss.backward()
            adam.step()
            running += (batch_loss.item() - running) / number
        model.train(False)
        with torch.no_grad():
            scores = torch.cat([model(x.to(device)) for x, _ in val_loader])
            labels = torch.cat([y for _, y in val_loader]).to(device)
            val = nn.functional.cross_entropy(scores, labels).item()
            table[run - 1] = running, val, (scores.argmax(1) == labels).double().mean().item()
        best = np.inf if best_epoch < 0 else table[best_epoch, 1]
        if val < best - min_delta:
            best_epoch, bad = run - 1, 0
            torch.save(model.state_dict(), "best.pt")
        else:
            bad += 1
        if patience and bad == patience:
            break
    if best_epoch < 0:
        raise RuntimeError("training diverged: no finite validation loss")
    model.load_state_dict(torch.load("best.pt", weights_only=True, map_location=device))
    names = "train_loss", "val_loss", "val_acc"
    history = {name: list(column) for name, column in zip(names, table[:run].T, strict=True)}
    return history | {"best_epoch": best_epoch, "stopped_early": bool(patience) and bad == patience}
