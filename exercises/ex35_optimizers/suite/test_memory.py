"""ex35, the memory: states that do not mix, that travel, and that share nothing with the caller; what is refused."""

import numpy as np
from rules import (
    away,
    call_adam,
    call_momentum,
    call_rmsprop,
    far,
    in_turn,
    moves,
    put_elsewhere,
    resumed,
    reused,
    run,
    usual,
)

from grader.suite import answers, close, points, require

DEFAULTS = {
    "momentum_step": {"lr": 0.01, "mu": 0.9},
    "rmsprop_step": {"lr": 0.01, "rho": 0.99, "eps": 1e-8},
    "adam_step": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0},
}

BAD = [(-0.1, 0.9), (0.1, -0.1), (0.1, 1.0), (0.1, 1.5), (-1e-6, 0.0), (-0.1, 0.9, 2), (0.1, 1.5, 2)]
GOOD = [(0.1, 0.9), (0.0, 0.0), (0.1, 0.999), (0.1, 0.9, 2)]


@points(1, hint="What a function remembers outside `state` (a default argument, a global) is shared by all parameters.")
def test_two_parameters(observe, draw):
    """Two parameters with states of their own do not mix."""
    for name, options in usual(draw).items():
        starts, grads = [away(draw, 3), away(draw, 3)], [[far(draw, 3), far(draw, 3)] for _ in range(3)]
        paths = answers(observe(in_turn, name, starts, grads, options), 2)
        for i, path in enumerate(paths):
            alone = answers(observe(run, name, starts[i], [pair[i] for pair in grads], [options] * 3, fresh=True), 3)
            moves(alone, starts[i], f"{name}, a parameter alone")
            what = f"{name}, two parameters in turn: the {('first', 'second')[i]} one's path, against the same alone"
            close(answers(path, 3), alone, what, rtol=1e-5)


@points(1, hint="Put every number that the next step needs into `state`; assigning to a local name does not.")
def test_state_is_all(observe, draw):
    """Everything that is remembered is in the state: a copy of it goes on in the same way."""
    for name, options in usual(draw).items():
        p, before, after = away(draw, 3), [far(draw, 3) for _ in range(2)], [far(draw, 3) for _ in range(2)]
        path, copied, size = answers(observe(resumed, name, p, before, after, options), 3)
        require(size, f"{name}: the state is still empty after two steps")
        whole = answers(observe(run, name, p, before + after, [options] * 4), 4)
        moves(whole, p, name)
        close(path, whole[2:], f"{name}: steps 3 and 4 with the state, against a run of four steps", rtol=1e-5)
        close(
            copied,
            whole[2:],
            f"{name}: steps 3 and 4 with a deep copy of the state of step 2, against the same run",
            rtol=1e-5,
        )


@points(1, hint="No `*=`, `add_` or `mul_` on p or g, and no `state[...] = g`: that is the caller's buffer. Clone it.")
def test_caller_keeps_tensors(observe, draw):
    """Parameter and gradient stay as they are, and the state keeps no tensor of the caller's."""
    for name, options in usual(draw).items():
        p, grads = away(draw, 3), [far(draw, 3) for _ in range(4)]
        path, kept = answers(observe(reused, name, p, grads, options), 2)
        clean = answers(observe(run, name, p, grads, [options] * 4), 4)
        moves(clean, p, name)
        for i, (by_p, by_g) in enumerate(answers(kept, 4)):
            close(
                by_p, np.zeros(3), f"{name}, step {i + 1}: by how much it changed the p that was passed", rtol=0, atol=0
            )
            close(
                by_g, np.zeros(3), f"{name}, step {i + 1}: by how much it changed the g that was passed", rtol=0, atol=0
            )
        what = f"{name}, a caller who writes each gradient into the same tensor: path, against new tensors"
        close(answers(path, 4), clean, what, rtol=1e-5)
        places, steady = [away(draw, 3) for _ in range(4)], np.diff([p, *clean], axis=0)
        ways = np.array(answers(observe(put_elsewhere, name, places, grads, options), 4))
        what = f"{name}, a caller who puts the parameter elsewhere before each step: how far each step moves it"
        hint = "A step begins at the `p` that is passed, not at the one that was returned last."
        close(ways, steady, f"{what}, against the same gradients without", rtol=1e-3, atol=1e-4, hint=hint)


@points(0.5, hint="The signatures of the stub say what holds where nothing is given.")
def test_defaults(observe, draw):
    """The defaults are those of the signatures."""
    for name, options in DEFAULTS.items():
        p, grads = away(draw, 4).astype(float), [far(draw, 4) * np.array([1, 1, 1, 1e-8]) for _ in range(3)]
        seen = answers(observe(run, name, p, grads, [{}] * 3), 3)
        explicit = answers(observe(run, name, p, grads, [options] * 3), 3)
        moves(explicit, p, name)
        told = ", ".join(f"{key}={value}" for key, value in options.items())
        ways = [np.asarray(path, float) - p for path in (seen, explicit)]
        close(ways[0], ways[1], f"{name} without options, against {told}: the way from the start", rtol=1e-3, atol=3e-7)


@points(0.5, hint="lr below 0 is refused, 0 is fine; mu may be 0, but not 1.")
def test_momentum_refuses(observe):
    """momentum_step refuses lr < 0 and mu outside [0, 1)."""
    observe.refuses(call_momentum, BAD, GOOD, ValueError, "momentum_step: lr, mu (and steps before)")


@points(0.5, hint="lr below 0 is refused, 0 is fine; rho may be 0, but not 1.")
def test_rmsprop_refuses(observe):
    """rmsprop_step refuses lr < 0 and rho outside [0, 1)."""
    observe.refuses(call_rmsprop, BAD, GOOD, ValueError, "rmsprop_step: lr, rho (and steps before)")


@points(0.5, hint="Both betas are checked, each at both ends.")
def test_adam_refuses(observe):
    """adam_step refuses lr < 0 and a beta outside [0, 1)."""
    bad = [
        (-0.1, (0.9, 0.999)), (-1e-6, (0.0, 0.0)), (0.1, (-0.1, 0.999)), (0.1, (1.0, 0.999)), (0.1, (1.2, 0.999)),
        (0.1, (0.9, -0.1)), (0.1, (0.9, 1.0)), (0.1, (0.9, 1.2)), (-0.1, (0.9, 0.999), 2), (0.1, (0.9, 1.2), 2),
    ]  # fmt: skip
    good = [(0.1, (0.9, 0.999)), (0.0, (0.9, 0.999)), (0.1, (0.0, 0.999)), (0.1, (0.9, 0.0)), (0.1, (0.9, 0.999), 2)]
    observe.refuses(call_adam, bad, good, ValueError, "adam_step: lr, betas (and steps before)")
