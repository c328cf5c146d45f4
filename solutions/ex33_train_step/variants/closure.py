"""The whole forward and backward pass stands in a closure that the optimizer calls; the epoch is written out."""


def train_step(model, xb, yb, loss_fn, optimizer):
    def closure():
        optimizer.zero_grad(set_to_none=False)
        loss = loss_fn(model(xb), yb)
        loss.backward()
        return loss

    model.train(True)
    return float(optimizer.step(closure).detach())


def train_epoch(model, loader, loss_fn, optimizer):
    losses, sizes = [], []
    for batch in loader:
        losses.append(train_step(model, *batch, loss_fn, optimizer))
        sizes.append(batch[0].shape[0])
    if not losses:
        raise ValueError("no batch")
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)
