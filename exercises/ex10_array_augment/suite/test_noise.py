"""ex10: the noise, by its statistics."""

import numpy as np
from arrays import F

from grader.suite import answers, between, by_chance, close, may_fail, points, require, same, shaped, uniform


# ---- scenarios: run beside the learner's code and only report
def generator():
    """A generator of NumPy's that goes on from the engine's seed."""
    return np.random.Generator(np.random.PCG64(np.random.randint(2**31)))


def add_noise(module, image, *sigmas, given=False):
    """Noise with each sigma, from one generator if asked for."""
    rng = [generator()] if given else []
    return [module.add_noise(image.numpy().copy(), sigma, *rng) for sigma in sigmas]


def add_default_noise(module, image):
    return module.add_noise(image.numpy().copy())


def noise_of(module, sigma, given):
    module.add_noise(np.full((4, 4), 0.5), sigma, *([generator()] if given else []))


# ---- the examiner's side
def gray(*shape):
    return np.full(shape, 0.5, dtype=np.float32)


def has_moved(seen):
    """Which pixels of a gray image got noise that was not clipped away."""
    return (seen != 0.5) & (seen > 0) & (seen < 1)


@points(2, hint="rng.normal(0, sigma, img.shape): mean 0, standard deviation sigma.")
def test_noise(observe, draw):
    """Noise is Gaussian and has the asked spread."""
    sigmas = [float(v) for v in np.round(draw.uniform([0.04, 0.07], [0.06, 0.1]), 3)]
    seen = {f"sigma {sigmas[0]:g}": (sigmas[0], *answers(observe(add_noise, gray(100, 100), sigmas[0]), 1))}
    given = answers(observe(add_noise, gray(100, 100), sigmas[1], given=True), 1)
    seen[f"sigma {sigmas[1]:g}, with a generator"] = (sigmas[1], *given)
    seen["no sigma given, so 0.1"] = (0.1, observe(add_default_noise, gray(100, 100)))
    for what, (sigma, noisy) in seen.items():
        noise = shaped(noisy, (100, 100), f"noise on a 100×100 image, {what}").astype(np.float64) - 0.5
        # Of 10,000 normal numbers the spread is off by 5 % with probability 2e-12, the mean by 0.07 with 3e-12.
        may_fail(5e-12)
        spread = float(noise.std() / sigma)
        slips = {"this is the root of sigma": sigma**-0.5, "this is the square of sigma": sigma}
        slips = {} if sigma == 0.1 else slips  # whose square is also a tenth of it
        told = next((f" ({why})" for why, ratio in slips.items() if abs(spread / ratio - 1) < 0.05), "")
        between(spread, 0.95, 1.05, f"{what}: spread of the noise divided by sigma{told}")
        between(float(noise.mean() / sigma), -0.07, 0.07, f"{what}: mean of the noise divided by sigma")
        by_chance(int((np.abs(noise) < sigma).sum()), 10_000, 0.682689, f"{what}: noise within ±sigma", 1e-9)


@points(1, hint="A seed inside the function, or noise that is kept, gives the same numbers in each call.")
def test_noise_is_new(observe, draw):
    """Noise is new in each call."""
    sigma, image = round(float(draw.uniform(0.05, 0.1)), 3), gray(50, 50)
    for given in (False, True):
        first, second = answers(observe(add_noise, image, sigma, sigma, given=given), 2)
        first, second = shaped(first, (50, 50), "noise: first call"), shaped(second, (50, 50), "noise: second call")
        whose = " with the same generator" if given else ""
        moved = has_moved(first)
        require(moved.any(), f"noise{whose}: no pixel moved within (0, 1)")
        # Real noise repeats a float32 number at the same place far less often than once in a hundred.
        repeated, many = int((first == second)[moved].sum()), int(moved.sum())
        told = f"two calls{whose} gave the same noise in {repeated} of {many} pixels"
        require(repeated < max(1, 0.01 * many), told)


@points(1, hint="The noise needs the shape of the whole image, channels included: size=img.shape.")
def test_noise_everywhere(observe, draw):
    """Every number gets noise of its own."""
    sigma = round(float(draw.uniform(0.05, 0.1)), 3)
    for shape in ((24, 30), (24, 30, 3)):
        (seen,) = answers(observe(add_noise, gray(*shape), sigma), 1)
        seen, size = shaped(seen, shape, "noise"), int(np.prod(shape))
        slips = {
            "one number for all": np.ptp(seen) == 0,
            "one number per channel": np.ptp(seen, axis=(0, 1)).max() == 0,
            "the same in all channels of a pixel": len(shape) == 3 and np.ptp(seen, axis=2).max() == 0,
            "the same in every row": np.ptp(seen, axis=0).max() == 0,
            "the same in every column": np.ptp(seen, axis=1).max() == 0,
        }
        why = next((f": {name}" for name, holds in slips.items() if holds), "")
        # Of 2160 real noises fewer than 20 agree with another in float32, but for a probability below 1e-20.
        moved = seen[has_moved(seen)]
        different, told = len(np.unique(moved)), f"noise on {'×'.join(map(str, shape))}{why}"
        enough = different > max(0.98 * len(moved), 0.2 * size)
        require(enough, f"{told}: expected about {size} different numbers, saw {different}")


@points(1, hint="Noise in the type of the image, if that is integers, is 0 or 1: calculate with floats.")
def test_noise_on_integers(observe, draw):
    """Images of the integers 0 and 1 get noise too."""
    image = (uniform(draw, 40, 40) < 0.5).astype(np.int64)
    (seen,) = answers(observe(add_noise, image, 0.1), 1)
    seen = shaped(seen, (40, 40), "noise on integers")
    moved = (seen > 0) & (seen < 1)
    require(moved.any(), "the noise was rounded to 0 on an image of the integers 0 and 1")
    # One half of the noises points out of [0, 1] and is clipped away.
    for value, name in ((0, "black"), (1, "white")):
        there = image == value
        by_chance(int(moved[there].sum()), int(there.sum()), 0.5, f"{name} pixels that moved into (0, 1)", 1e-9)


@points(1, hint="np.clip(..., 0, 1) at the very end: what was outside lies on the border, the rest stays.")
def test_noise_is_clipped(observe, draw):
    """Noise is clipped to [0, 1]."""
    image = uniform(draw, 60, 50)
    (seen,) = answers(observe(add_noise, image, 1.0), 1)
    seen = shaped(seen, (60, 50), "sigma 1").astype(np.float64)
    low, high = float(seen.min()), float(seen.max())
    require(low >= 0 and high <= 1, f"noisy image: a pixel of {high if high > 1 else low:.2g}, outside of [0, 1]")
    # With sigma 1 a pixel v ends at 0 with probability P(z < -v) and at 1 with P(z > 1 - v), each on average over v
    # 0.3156; the 3000 pixels are independent, and the margin of 0.07 is 8 standard deviations.
    may_fail(1e-14)
    for end in (0, 1):
        between(float((seen == end).mean()), 0.24, 0.39, f"noise of sigma 1: share of pixels clipped to exactly {end}")


@points(1, hint="Only a sigma below 0 is refused, with and without a generator.")
def test_sigma(observe, draw):
    """A negative sigma is refused; 0 adds nothing."""
    image = (F * draw.uniform(0.5, 1)).astype(np.float32)
    (seen,) = answers(observe(add_noise, image, 0.0), 1)
    same(np.shape(seen), image.shape, "noise of sigma 0: shape")
    close(seen, image, "noise of sigma 0", atol=1e-6)
    (seen,) = answers(observe(add_noise, F, 0.0), 1)
    seen, hint = shaped(seen, F.shape, "noise of sigma 0 on integers"), "The type does not depend on sigma."
    require(seen.dtype.kind == "f", f"noise of sigma 0 on integers: expected floats, saw dtype {seen.dtype}", hint)
    close(seen, F, "noise of sigma 0 on integers", atol=1e-6)
    observe.refuses(
        noise_of,
        bad=[(-0.1, False), (-1.0, False), (-0.1, True), (-2, True)],
        good=[(0.0, False), (0.2, True), (1.5, False)],
        error=ValueError,
        what="add_noise: sigma, whether with a generator",
    )
