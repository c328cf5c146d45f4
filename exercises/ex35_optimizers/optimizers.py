"""Four update rules as functions whose memory is a dictionary.

`p` is a parameter and `g` its gradient, tensors of one shape, any shape, float32 or float64. Each call makes one step
and returns the new parameter, with the shape and dtype of `p`; `p` and `g` stay as they are. The caller may overwrite
both after the call, so the state keeps no tensor of the caller's.

`state` is what is remembered of this one parameter: {} before its first step, updated in place by each step. Its keys
and values are free. Nothing is remembered elsewhere: a deep copy of a state goes on as the original does. All averages
begin at 0. ValueError: lr < 0, or `mu`, `rho` or a beta outside [0, 1). `eps` > 0 and `weight_decay` >= 0.
"""

from torch import Tensor


def momentum_step(p: Tensor, g: Tensor, state: dict, lr: float = 0.01, mu: float = 0.9) -> Tensor:
    """Velocity v becomes mu v + g, and the parameter p - lr v."""
    raise NotImplementedError("momentum_step: not written yet")


def rmsprop_step(p: Tensor, g: Tensor, state: dict, lr: float = 0.01, rho: float = 0.99, eps: float = 1e-8) -> Tensor:
    """The average s becomes rho s + (1 - rho) g², and the parameter p - lr g / (√s + eps). No correction."""
    raise NotImplementedError("rmsprop_step: not written yet")


def adam_step(
    p: Tensor,
    g: Tensor,
    state: dict,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> Tensor:
    """Adam, and with a weight_decay AdamW: (1 - lr weight_decay) p - lr m̂ / (√ŝ + eps).

    m becomes beta1 m + (1 - beta1) g, s becomes beta2 s + (1 - beta2) g². m̂ = m / (1 - beta1^t) and
    ŝ = s / (1 - beta2^t) are the corrected averages of step t, which is 1 in the first step. What shrinks is the
    parameter before the step; the decay enters no average.
    """
    raise NotImplementedError("adam_step: not written yet")
