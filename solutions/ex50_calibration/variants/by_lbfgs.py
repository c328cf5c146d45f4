"""LBFGS on the logarithm of the temperature; the bins are sums of one-hot rows, the borders counted from above."""

import torch


def _checked(scores, targets):
    if scores.size(0) != targets.size(0) or targets.numel() < 1:
        raise ValueError("sizes")
    return scores.detach().clone().to(torch.float64)


@torch.no_grad()
def ece(probs, targets, bins=15):
    probs = _checked(probs, targets)
    off = (probs.sum(dim=1) - 1).abs()
    if bins <= 0 or bool((off > 5e-4).any()):
        raise ValueError("bins or rows")
    top = probs.amax(dim=1)
    hit = probs.argmax(dim=1).eq(targets).double()
    place = (bins - 1 - ((1 - top) * bins).floor().long()).clamp(0, bins - 1)
    member = torch.nn.functional.one_hot(place, bins).double()
    return float((member.T @ (hit - top)).abs().sum()) / len(targets)


def nll(logits, targets, temperature=1.0):
    z = _checked(logits, targets)
    if temperature <= 0:
        raise ValueError("temperature")
    return torch.distributions.Categorical(logits=z / temperature).log_prob(targets).mean().neg().item()


def fit_temperature(logits, targets):
    z = _checked(logits, targets)
    log_t = torch.zeros((), dtype=torch.float64, requires_grad=True)
    limits = torch.tensor([0.05, 20.0], dtype=torch.float64).log()
    optimizer = torch.optim.LBFGS([log_t], max_iter=100, tolerance_grad=1e-10, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        held = log_t.clamp(limits[0] - 3, limits[1] + 3)
        loss = torch.nn.functional.cross_entropy(z / held.exp(), targets) + 1e-12 * log_t**2
        loss.backward()
        return loss

    optimizer.step(closure)
    inside = log_t.detach().clamp(*limits).exp().item()
    return min((inside, 0.05, 20.0), key=lambda t: nll(logits, targets, t))
