"""Must fail: test_adam, test_first_adam_step
Says: "no average is corrected"
Echoes: test_eps

The averages begin at 0, and nothing makes up for it.
"""

from torch import Tensor


def refuse(lr: float, *betas: float) -> None:
    if lr < 0:
        raise ValueError(f"lr must not be negative, got {lr}")
    for beta in betas:
        if not 0 <= beta < 1:
            raise ValueError(f"an average forgets by a factor from [0, 1), got {beta}")


def momentum_step(p: Tensor, g: Tensor, state: dict, lr: float = 0.01, mu: float = 0.9) -> Tensor:
    refuse(lr, mu)
    state["v"] = mu * state.get("v", 0.0) + g  # a new tensor, never the caller's g itself
    return p - lr * state["v"]


def rmsprop_step(p: Tensor, g: Tensor, state: dict, lr: float = 0.01, rho: float = 0.99, eps: float = 1e-8) -> Tensor:
    refuse(lr, rho)
    state["s"] = rho * state.get("s", 0.0) + (1 - rho) * g**2
    return p - lr * g / (state["s"].sqrt() + eps)


def adam_step(
    p: Tensor,
    g: Tensor,
    state: dict,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> Tensor:
    beta1, beta2 = betas
    refuse(lr, beta1, beta2)
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    state["s"] = beta2 * state.get("s", 0.0) + (1 - beta2) * g**2
    m_hat = state["m"]
    s_hat = state["s"]
    return (1 - lr * weight_decay) * p - lr * m_hat / (s_hat.sqrt() + eps)
