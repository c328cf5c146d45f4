"""ex45, the loss: against a loop over anchors, closed forms, and the learner's own numbers under changes."""

import numpy as np
import torch
from pairs import cut_off, nt_xent, number, readings, vectors

from grader.suite import answers, close, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def loss(module, z1, z2, temperature):
    return module.nt_xent(z1, z2, temperature)


def loss_by_default(module, z1, z2):
    return module.nt_xent(z1, z2)


def slopes(module, z1, z2, temperature):
    """The loss and its gradients; a view that gets none has zeros."""
    views = [z1.clone().requires_grad_(), z2.clone().requires_grad_()]
    value = module.nt_xent(*views, temperature)
    value.backward()
    return value.detach(), *(torch.zeros_like(v) if v.grad is None else v.grad for v in views)


def untouched(module, z1, z2, temperature):
    """The loss and its dtype, the loss once more, both arguments afterwards, and a random number after either loss."""
    first = module.nt_xent(z1, z2, temperature)
    kind = str(getattr(first, "dtype", type(first).__name__))
    luck = torch.rand(3)
    return first, kind, module.nt_xent(z1, z2, temperature), z1, z2, luck, torch.rand(3)


def call(module, z1, z2, temperature):
    module.nt_xent(z1, z2, temperature)


# ---- the examiner's side


def at(n, d, t, dtype="float64"):
    return f"{n} images, {d} numbers each, temperature {t:g}, {dtype}: nt_xent"


@points(3, hint="Every one of the 2N vectors asks once, and all others are possible answers: 2N - 1 of them.")
def test_double_loop(observe, draw):
    """nt_xent equals the loop over all 2N anchors, each against all 2N - 1 others."""
    for dtype in ("float64", "float32"):
        for n, t in ((int(draw.integers(4, 9)), float(draw.uniform(0.15, 0.4))), (2, float(draw.uniform(1.3, 2.5)))):
            d = int(draw.integers(3, 7))
            z1, z2 = vectors(draw, n, d, dtype)
            right, misread = readings(z1, z2, t)
            number(observe(loss, z1, z2, t), right, at(n, d, t, dtype), misread)
    z1, z2 = vectors(draw, 6, 4, mixed=0.4)
    right, misread = readings(z1, z2, 0.03)
    number(observe(loss, z1, z2, 0.03), right, at(6, 4, 0.03), misread)
    z1, z2 = vectors(draw, 5, 3)
    others = {f"the temperature is {t:g}, in the signature stands 0.5": nt_xent(z1, z2, t) for t in (1.0, 0.1, 0.07)}
    number(observe(loss_by_default, z1, z2), nt_xent(z1, z2, 0.5), "5 images, temperature not given: nt_xent", others)


@points(1, hint="Divide each row by its own length before any product.")
def test_length_plays_no_part(observe, draw):
    """The length of a vector plays no part."""
    # verify: ignores flipped (the learner's loss is compared with itself, its value is judged elsewhere)
    n, d, t = 4, 5, float(draw.uniform(0.3, 0.7))
    z1, z2 = vectors(draw, n, d)
    lengths = np.exp(draw.uniform(-2.5, 2.5, (2, n, 1)))
    plain, longer = float(observe(loss, z1, z2, t)), observe(loss, z1 * lengths[0], z2 * lengths[1], t)
    require(np.isfinite(plain), f"{at(n, d, t)} is {plain}")
    number(longer, plain, "each row times a number of its own: nt_xent, against the loss before")
    all_longer = observe(loss, 2 * z1, 2 * z2, t)
    number(all_longer, plain, "all vectors twice as long: nt_xent, against the loss before")
    turned = float(observe(loss, normal(draw, n, d, dtype="float64"), z2, t))
    require(abs(turned - plain) > 1e-6, f"other directions leave the loss at {plain:.6g}, too")


@points(1, hint="The similarity of a vector with itself is the largest there is: take it out of the sum.")
def test_not_its_own_negative(observe, draw):
    """Nobody is their own negative: with a small temperature perfect pairs cost next to nothing."""
    n, d = int(draw.integers(3, 6)), 8
    frame = np.linalg.qr(normal(draw, d, d, dtype="float64"))[0][:n]
    what = f"{n} perfect pairs, temperature 0.04: nt_xent"
    seen = float(shaped(observe(loss, frame, frame, 0.04), (), what))
    why = ": each vector is compared with itself, or its partner counts twice" if abs(seen - np.log(2)) < 0.01 else ""
    require(not seen > 0.3, f"{what} is {seen:.4g}, expected nearly 0{why}")
    require(not seen < -0.3, f"{what} is {seen:.4g}, a cost below 0: the partner is missing in the sum")
    apart = float(shaped(observe(loss, frame, np.roll(frame, 1, 0), 0.04), (), what))
    require(apart > 1, f"{n} pairs that do not fit, temperature 0.04: nt_xent is {apart:.4g}, it is large")


@points(1, hint="2N - 1 others are all as likely: the cost is the logarithm of their number.")
def test_collapsed(observe, draw):
    """Vectors that are all the same cost ln(2N - 1)."""
    for n in (3, 2, int(draw.integers(4, 9))):  # of two, the half is as many as all but the partner
        t, row = float(draw.uniform(0.2, 1.5)), normal(draw, 1, 4, dtype="float64")
        z = np.repeat(row, n, 0)
        misread = {
            "ln(2N): each is compared with itself, too, or the partner counts twice": np.log(2 * n),
            "ln(N): half of them are missing": np.log(n),
            "ln(2N - 2): the partner is missing in the sum": np.log(2 * n - 2),
            "the sum is divided by N: there are 2N anchors": 2 * np.log(2 * n - 1),
        }  # fmt: skip
        right = np.log(2 * n - 1)
        number(observe(loss, z, 3 * z, t), right, f"{2 * n} vectors of one direction, {t=:.3g}: nt_xent", misread)


@points(1, hint="The partner counts exp(1 / t), each of the 2N - 2 others counts exp(0).")
def test_perfect_pairs(observe, draw):
    """Perfect orthogonal pairs cost ln(1 + (2N - 2) exp(-1 / temperature))."""
    for n, t in ((4, 0.5), (int(draw.integers(2, 7)), float(draw.uniform(0.3, 2.0)))):
        frame = np.linalg.qr(normal(draw, 7, 7, dtype="float64"))[0][:n]
        e = np.exp(-1 / t)
        misread = {
            "each is compared with itself, too, or the partner counts twice": np.log(2 + (2 * n - 2) * e),
            "negatives from the same view are missing": np.log(1 + (n - 1) * e),
            "the partner is missing in the sum": np.log((2 * n - 2) * e),
            "the temperature is multiplied": np.log(1 + (2 * n - 2) * np.exp(-t)),
            "similarities are halved, as from 0 to 1": np.log(1 + (2 * n - 2) * e**0.5),
            "each counts exp(0) in its own sum": np.log(1 + (2 * n - 1) * e),
            "the sum is divided by N: there are 2N anchors": 2 * np.log(1 + (2 * n - 2) * e),
        }
        right = np.log(1 + (2 * n - 2) * e)
        number(observe(loss, frame, frame, t), right, f"{n} perfect pairs, {t=:.3g}: nt_xent", misread)


@points(1, hint="Both views are anchors, and the partner of row i is found by its place in the batch alone.")
def test_symmetric(observe, draw):
    """Swapping the views changes nothing, nor does another order of the images."""
    # verify: ignores flipped (the learner's loss is compared with itself, its value is judged elsewhere)
    n, d, t = 6, 4, float(draw.uniform(0.3, 0.7))
    z1, z2 = vectors(draw, n, d)
    order = np.roll(draw.permutation(n), 1)
    plain = float(shaped(observe(loss, z1, z2, t), (), at(n, d, t)))
    number(observe(loss, z2, z1, t), plain, "both views swapped: nt_xent, against the loss before")
    number(observe(loss, z1[order], z2[order], t), plain, "another order of the images: nt_xent, against before")
    number(observe(loss, np.r_[z1[:2], z2[2:]], np.r_[z2[:2], z1[2:]], t), plain, "views swapped for some images only")
    unpaired = float(shaped(observe(loss, z1, np.roll(z2, 1, 0), t), (), "pairs torn apart"))
    require(abs(unpaired - plain) > 1e-4, f"pairs torn apart cost {unpaired:.6g}, as much as pairs")


@points(1, hint="exp(100) is too large for float32, exp(-100) too small: leave both to cross_entropy or logsumexp.")
def test_small_temperature(observe, draw):
    """A temperature of 0.01 stays finite in float32."""
    for n, mixed in ((6, 0.5), (8, 3.0)):
        z1, z2 = vectors(draw, n, 4, "float32", mixed)
        seen = answers(observe(slopes, z1, z2, 0.01), 3)
        value = float(shaped(seen[0], (), f"{n} images, temperature 0.01: nt_xent"))
        require(np.isfinite(value), f"{n} images, temperature 0.01: the loss is {value}")
        for name, slope in zip(("z1", "z2"), seen[1:], strict=True):
            require(np.isfinite(shaped(slope, (n, 4), name)).all(), f"temperature 0.01: the gradient of {name} is not")
        # Which of the definitions it follows is asked elsewhere.
        right, misread = readings(z1, z2, 0.01)
        misread.pop("the sign is wrong")
        near = [other for other in (right, *misread.values()) if abs(value - other) < 0.02 + 0.002 * abs(other)]
        cut = right not in near and any(abs(value - other) < 1e-4 + 2e-5 * right for other in cut_off(z1, z2, 0.01))
        why = " (large costs are cut off: a small number beside the probability, or below it)" if cut else ""
        told = f"{n} images, temperature 0.01: nt_xent is {value:.5g}, expected {right:.5g}{why}"
        require(near and not cut, told)


@points(2, hint="No detach, no no_grad, no .item() between the vectors and the loss; normalizing belongs to it.")
def test_gradients(observe, draw):
    """The gradient flows to both views, through the lengths too."""
    # verify: ignores flipped (the learner's loss is compared with itself, its value is judged elsewhere)
    n, d, t = 4, 5, float(draw.uniform(0.3, 0.7))
    z1, z2 = vectors(draw, n, d)
    _, g1, g2 = answers(observe(slopes, z1, z2, t), 3)
    for name, z, g, swap in (("z1", z1, g1, False), ("z2", z2, g2, True)):
        g = shaped(g, (n, d), f"gradient of {name}")
        require(np.abs(g).max() > 1e-6, f"the gradient of {name} is 0 everywhere: nothing pulls this view")
        along = np.abs((g * z).sum(1)).max()
        require(along < 1e-3, f"{name}: the gradient along a vector is up to {along:.4f}, though lengths play no part")
        step = normal(draw, n, d, dtype="float64")
        ends = []
        for sign in (1e-3, -1e-3):
            moved = z + sign * step
            ends.append(float(observe(loss, *((z1, moved) if swap else (moved, z2)), t)))
        slope = (ends[0] - ends[1]) / 2e-3
        told = f"{name} moved by a little: slope of the loss by its gradient, against the change of nt_xent itself"
        close(float((g * step).sum()), slope, told, rtol=0.02, atol=2e-3)


@points(1, hint="Take z1's dtype throughout, and change nothing in place.")
def test_form(observe, draw):
    """The loss is a tensor without axes in the vectors' dtype; the vectors stay as they are."""
    for dtype in ("float32", "float64"):
        z1, z2 = vectors(draw, 5, 3, dtype)
        t = float(draw.uniform(0.3, 0.7))
        first, kind, second, after1, after2, *luck = answers(observe(untouched, z1, z2, t), 7)
        value = float(shaped(first, (), f"{dtype} vectors: nt_xent"))
        require(kind == f"torch.{dtype}", f"{dtype} vectors: nt_xent gives {kind}, expected a tensor of torch.{dtype}")
        require(np.isfinite(value) and value != 0, f"{dtype} vectors: nt_xent is {value}")
        number(second, value, "nt_xent of the same vectors once more")
        same(after1, z1, "z1 after the call")
        same(after2, z2, "z2 after the call")
        require(not np.array_equal(*luck), "after each call torch.rand gives the same numbers: it seeds the generator")


@points(0.5, hint="Three conditions: equal shapes, two images at least, a temperature above 0.")
def test_refusals(observe, draw):
    """nt_xent refuses shapes that differ, fewer than two images, and temperatures of 0 or less."""
    z = normal(draw, 4, 3)
    bad = [
        (z, z[:3], 0.5), (z[:3], z, 0.5), (z, z[:, :2], 0.5), (z[:1], z[1:2], 0.5), (z[:0], z[:0], 0.5), (z, z, 0.0),
        (z, z, -0.5), (z[:1], z, 0.5), (z, z[:1], 0.5), (z[:, :1], z, 0.5),
    ]  # fmt: skip
    good = [(z, z[::-1].copy(), 0.5), (z[:2], z[2:], 0.5), (z, z, 0.01), (z, z, 20.0), (z[:, :1], z[:, 1:2], 1)]
    observe.refuses(call, bad, good, ValueError, "nt_xent(z1, z2, temperature)")
