"""Running means in float64, inference mode as a decorator, the mode given back in a finally block."""

import torch


@torch.inference_mode()
def evaluate(model, loader, loss_fn, device="cpu"):
    modes = [(layer, layer.training) for layer in model.modules()]
    seen, loss, accuracy = 0, 0.0, 0.0
    try:
        model.train(False)
        for inputs, targets in loader:
            size = targets.shape[0]
            scores = model(inputs.to(device))
            targets = targets.to(device)
            right = scores.max(1).indices.eq(targets).double().mean()
            seen += size
            loss += (float(loss_fn(scores, targets)) - loss) * size / seen
            accuracy += (float(right) - accuracy) * size / seen
    finally:
        for layer, training in modes:
            layer.training = training
    if not seen:
        raise ValueError("empty loader")
    return {"accuracy": accuracy, "loss": loss, "samples": seen}
