"""What the examiner of ex05 knows: random bowls, the right ends and shares, and what the usual misreadings give."""

import numpy as np

COUNTS = [1, 12, 150]


def unsorted(draw, low, high, d=5):
    """Numbers from [low, high) with the largest in the middle and the smallest at the end: in no order."""
    down = np.sort(draw.uniform(low, high, d))[::-1]
    return np.concatenate([down[1:-1:2], down[:1], down[2:-1:2], down[-1:]]) if d > 2 else down


def bowl(draw, eigenvalues):
    """(H, Q, w*): H = Q diag(eigenvalues) Qᵀ in a random basis, and every part of w* in that basis at least 0.5."""
    d = len(eigenvalues)
    q, _ = np.linalg.qr(draw.standard_normal((d, d)))
    hessian = q @ np.diag(eigenvalues) @ q.T
    parts = draw.uniform(0.5, 2.0, d) * draw.choice([-1.0, 1.0], d)
    return (hessian + hessian.T) / 2, q, q @ parts


def path(slope, start, lr, counts):
    """Where steps of size lr against `slope` lead from `start`, after each number of steps: one row each."""
    ends = [start]
    for _ in range(max(counts)):
        ends.append(ends[-1] - lr * slope(ends[-1]))
    return np.stack([ends[count] for count in counts])


def descents(hessian, w_star, lr, counts):
    """The ends of gradient descent, and what misread walks give instead."""
    zero, diagonal = np.zeros_like(w_star), np.diag(np.diag(hessian))

    def walked(factor=1.0, h=hessian, start=zero, more=0):
        return path(lambda w: factor * (h @ (w - w_star)), start, lr, [count + more for count in counts])

    right = walked()
    lam, q = np.linalg.eigh(hessian)
    flow = np.stack([q @ ((1 - np.exp(-lr * lam * count)) * (q.T @ w_star)) for count in counts])
    misread = {
        "it stays at 0 and never walks to w*: the gradient is H(w − w*), not Hw": 0 * right,
        "these are the weights one step earlier": walked(more=-1),
        "these are the weights one step later": walked(more=1),
        "it goes uphill: subtract the gradient": walked(-1.0),
        "each step is twice as long: the ½ of the loss cancels the 2 of the square": walked(2.0),
        "each step is half as long: the ½ of the loss cancels the 2 of the square": walked(0.5),
        "the gradient is divided by the number of weights: the loss is a sum, not a mean": walked(1 / len(w_star)),
        "it starts at w*, asked for is a start at 0": walked(start=w_star),
        "it starts at ones, asked for is a start at 0": walked(start=np.ones_like(w_star)),
        "only the diagonal of H is used": walked(h=diagonal),
        "H is left out: the gradient is H(w − w*)": walked(h=np.eye(len(w_star))),
        "its gradient is Hw − w*, asked for is H(w − w*)": path(lambda w: hessian @ w - w_star, zero, lr, counts),
        "this is the distance w − w*, asked for is w": right - w_star,
        "this is what is left of the way, w* − w, asked for is w": w_star - right,
        "this is 1 − exp(−ηλτ), gradient descent with infinitely small steps": flow,
    }
    return right, misread


def shares(lam, lr, counts):
    """The shares of w* that gradient descent reaches, and what misread formulas give instead."""
    right = path(lambda share: lam * (share - 1), np.zeros_like(lam), lr, counts)
    taken = np.array(counts)[:, None]
    product = lr * lam * taken
    misread = {
        "this is 1 − exp(−ηλτ), equal to a few digits only: use 1 − (1−ηλ)^τ": 1 - np.exp(-product),
        "this is the share that is left, not the share that is reached": 1 - right,
        "these are the shares one step earlier": 1 - (1 - lr * lam) ** (taken - 1),
        "these are the shares one step later": 1 - (1 - lr * lam) ** (taken + 1),
        "this is the share after twice as many steps": 1 - (1 - lr * lam) ** (2 * taken),
        "the product ηλτ leaves [0, w*]: each step takes its share of what is left": product,
        "the product ηλτ, cut off at 1: each step takes its share of what is left": np.minimum(product, 1),
        "η stands outside: the step is ηλ, so it is ηλ that the power is about": lr * (1 - (1 - lam) ** taken),
        "these are the shares of the sorted eigenvalues: keep their order": np.sort(right, axis=1),
        "these are the shares from the largest to the smallest: keep their order": -np.sort(-right, axis=1),
        "this is the share of ridge": lam / (lam + 1 / (lr * taken)),
    }
    return right, misread


def ridge(lam, penalties):
    """The shares of w* that ridge keeps, and what misread formulas give instead."""
    alpha = np.array(penalties)[:, None]
    misread = {
        "your ridge is the one with 2α: the penalty is ½α‖w‖², mind the ½": lam / (lam + 2 * alpha),
        "your ridge is the one with α/2: the loss has a ½ as well, mind both": lam / (lam + alpha / 2),
        "this is the share that ridge takes, not the share that it keeps": alpha / (lam + alpha),
        "the numerator λ is missing": 1 / (lam + alpha),
        "the eigenvalues are squared, as if they were singular values": lam**2 / (lam**2 + alpha),
        "α stands on the wrong side: the share is λ/(λ + α)": 1 / (1 + alpha * lam),
        "the eigenvalue is left out": 1 / (1 + alpha) + 0 * lam,
        "this is 1 − exp(−λ/α), the share of gradient descent with tiny steps": 1 - np.exp(-lam / alpha),
    }
    return lam / (lam + alpha), {why: table for why, table in misread.items() if np.isfinite(table).all()}


def penalties_for(pairs):
    """The alpha of each (lr, steps), and what misread formulas give instead."""
    lr, steps = np.array(pairs, dtype=float).T
    misread = {
        "this is ητ, so it grows with the steps: more steps must mean less regularization": lr * steps,
        "this is (1/η)·τ, so it grows with the steps: more steps must mean less regularization": steps / lr,
        "this is 2/(ητ): both losses have their ½, so no 2 is left": 2 / (lr * steps),
        "this is ½/(ητ): both losses have their ½, so no ½ is left": 0.5 / (lr * steps),
        "this is η/τ: the learning rate stands on the wrong side": lr / steps,
        "the learning rate is left out": 1 / steps,
        "the steps are left out": 1 / lr,
        "one step too many is counted": 1 / (lr * (steps + 1)),
        "this is the root of it": (lr * steps) ** -0.5,
    }
    return 1 / (lr * steps), misread


def naming(what, seen, misread):
    """`what`, with the name of the misread formula that gives just the numbers seen, if there is one."""
    for why, values in misread.items():
        if np.allclose(seen, values, rtol=1e-4, atol=1e-6):
            return f"{what}: {why}"
    return what
