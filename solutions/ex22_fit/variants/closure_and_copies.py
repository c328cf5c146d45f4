"""Gradients exist only inside a closure, one optimizer per parameter; a deep copy is measured, the best one kept."""

import copy
from math import inf
from types import SimpleNamespace

import torch
from torch.nn import CrossEntropyLoss


def fit(model, train_loader, val_loader, *, epochs=30, lr=1e-3, patience=5, min_delta=0.0, device="cpu"):
    if epochs < 1:
        raise ValueError("at least one epoch")
    loss_of = CrossEntropyLoss()
    model.to(device)
    optimizers = [torch.optim.AdamW([p], lr=lr, foreach=True) for p in reversed(list(model.parameters()))]
    best = SimpleNamespace(loss=inf, epoch=None, model=None)
    log = {"train_loss": [], "val_loss": [], "val_acc": [], "best_epoch": None, "stopped_early": False}
    waited = 0
    for epoch in range(epochs):
        total = count = 0
        for batch in train_loader:
            x, y = (part.to(device) for part in batch)
            model.train()
            loss = loss_of(model(x), y)
            grads = torch.autograd.grad(loss, [o.param_groups[0]["params"][0] for o in optimizers])
            for optimizer, grad in zip(optimizers, grads, strict=True):
                parameter = optimizer.param_groups[0]["params"][0]

                def closure(parameter=parameter, grad=grad, loss=loss):
                    parameter.grad = grad
                    return loss

                optimizer.step(closure)
                parameter.grad = None
            total, count = total + float(loss) * len(y), count + len(y)
        judge = copy.deepcopy(model).eval()
        sums = torch.zeros(2, dtype=torch.float64)
        for x, y in val_loader:
            with torch.no_grad():
                scores, y = judge(x.to(device)), y.to(device)
            sums += torch.tensor([loss_of(scores, y).item() * len(y), (scores.argmax(1) == y).sum().item()])
        samples = sum(len(y) for _, y in val_loader)
        val_loss, val_acc = (sums / samples).tolist()
        for name, value in (("train_loss", total / count), ("val_loss", val_loss), ("val_acc", val_acc)):
            log[name].append(value)
        waited += 1
        if val_loss < best.loss - min_delta:
            best, waited = SimpleNamespace(loss=val_loss, epoch=epoch, model=judge), 0
        if waited == patience:
            log["stopped_early"] = True
            break
    if best.model is None:
        raise RuntimeError("no epoch had a finite validation loss")
    model.load_state_dict(best.model.state_dict())
    log["best_epoch"] = best.epoch
    return log
