"""ex27, the noise: exact relations where there are some, wide bounds where chance decides."""

import numpy as np
from calls import noise, noise_with_luck_between, try_noise
from oracle import four_directions, shares, slope, some_data, sorted_data, spread

from grader.suite import answers, between, close, may_fail, points, require, same, shaped, uniform


@points(2, hint="Draw from all N samples, and take the mean gradient of those that were drawn.")
def test_unbiased(observe, draw):
    """Minibatch gradients are right on average."""
    w, X, y = sorted_data(draw)
    mean = shaped(observe(noise, w, X, y, 4, 500, int(draw.integers(1000)))["mean"], w.shape, "mean gradient")
    full, error = slope(w, X, y), np.sqrt(spread(w, X, y) / 2000)
    ratio, hint = float(mean @ full / (full @ full)), ""
    if np.abs(mean - ratio * full).max() < 7 * max(ratio, 1) * error.max():
        hint = f" (it is {ratio:.2f} times the full gradient)"
    may_fail(2e-10)
    off = float((np.abs(mean - full) / error).max())
    between(off, 0, 7, f"500 batches of 4: mean gradient, in standard errors away from the full gradient{hint}")
    w, X, y = four_directions(draw)
    cases = [(w, X, y, 1, 2500, int(draw.integers(1000)))] + [(w, X, y, 1, 4, seed) for seed in range(16)]
    seen = answers(observe.each(noise, cases), 17)
    parts = [shares(shaped(one["mean"], (4,), "mean gradient"), X, y) for one in seen]
    may_fail(2e-9)
    for number, share in enumerate(parts[0]):
        what = f"2500 batches of one from 4 samples: how often sample {number} was drawn, as a share"
        between(float(share), 0.195, 0.305, what)
    uneven = any(np.abs(one - 0.25).max() > 0.1 for one in parts[1:])
    require(uneven, "4 batches of one from 4 samples held each sample once, under 16 seeds: each must be drawn anew")


@points(
    2,
    hint="Subtract the gradient of all samples, square, add over the entries, average over the trials.",
)
def test_distance(observe, draw):
    """The noise is the mean squared distance to the full gradient."""
    for n, size in ((9, 1), (9, 3), (1, 1)):
        w, X, y = some_data(draw, n)
        seen = observe(noise, w, X, y, size, 1, int(draw.integers(1000)))
        mean = shaped(seen["mean"], w.shape, "mean gradient of one trial").astype(np.float64)
        gap, value, hint = mean - slope(w, X, y), seen["distance"], ""
        wrong = {
            "the distance itself, not its square": np.linalg.norm(gap), "a mean over the entries": (gap**2).mean(),
            "the distance to the mean of the trials": 0.0,
        }  # fmt: skip
        if isinstance(value, float) and gap @ gap > 1e-6:
            hint = next((f" (this is {m})" for m, one in wrong.items() if np.isclose(value, one, 1e-4, 1e-9)), "")
        what = f"one trial of {size} from {n} samples: noise, by the gradient returned{hint}"
        close(value, float(gap @ gap), what, rtol=1e-3, atol=1e-5)
    w, X, y = four_directions(draw)
    seen = observe(noise, w, X, y, 1, 9, int(draw.integers(1000)))
    share = shares(shaped(seen["mean"], (4,), "mean gradient"), X, y)
    gaps = [((slope(w, X[i : i + 1], y[i : i + 1]) - slope(w, X, y)) ** 2).sum() for i in range(4)]
    often = ", ".join(f"{9 * part:.0f}" for part in share)
    wrong, hint = share @ np.sqrt(gaps), ""
    if isinstance(seen["distance"], float) and np.isclose(seen["distance"], wrong**2, 1e-4):
        hint = " (this is the square of the mean distance)"
    close(
        seen["distance"],
        float(share @ gaps),
        f"9 trials of one, which drew 4 samples {often} times: noise{hint}",
        rtol=1e-3,
    )
    w, X, y = some_data(draw, 2)
    one, other = (slope(w, X[i : i + 1], y[i : i + 1]) for i in (0, 1))
    apart = float((one - other) @ (one - other))
    for seen in answers(observe.each(noise, [(w, X, y, 1, 3, seed) for seed in range(8)]), 8):
        close(
            seen["distance"], apart / 4, "3 trials of one from 2 samples, both as far from their mean: noise", rtol=1e-3
        )
        count = 3 * float((shaped(seen["mean"], w.shape, "mean gradient") - other) @ (one - other)) / apart
        close(
            count,
            float(round(count)),
            "3 trials of one from 2 samples: trials that drew the first of them",
            rtol=0,
            atol=0.01,
        )


@points(2, hint="A mean over B independent samples has a variance B times smaller.")
def test_noise_falls_with_the_batch(observe, draw):
    """The noise falls like 1 / batch_size."""
    # verify: ignores stretched (the noise is a single number)
    w, X, y = sorted_data(draw)
    seed = int(draw.integers(1000))
    single, small, large = (observe(noise, w, X, y, size, 1000, seed)["distance"] for size in (1, 4, 16))
    may_fail(4e-9)
    between(small, 1e-9, 1e9, "noise of batches of 4")
    between(large, 1e-9, 1e9, "noise of batches of 16")
    between(small / large, 3.1, 5.4, "1000 batches: noise of batches of 4, divided by that of batches of 16")
    spread_of_all = float(spread(w, X, y).sum())
    between(single, 0.7 * spread_of_all, 1.35 * spread_of_all, "1000 batches of a single sample: noise")


@points(1, hint="Make a generator from the seed inside the function.")
def test_seed(observe, draw):
    """The same seed gives the same draws, another seed others."""
    X, y, w = uniform(draw, 60, 3) + 0.5, -1 - uniform(draw, 60), 5 + uniform(draw, 3)  # all gradients are positive
    one, other = (int(seed) for seed in draw.choice(np.arange(1, 1000), 2, False))
    seeds = [one, 0, *(other + 1000 * k for k in range(6)), one]
    seen = [
        shaped(mean, w.shape, "mean gradient") for mean in answers(observe(noise_with_luck_between, w, X, y, seeds), 10)
    ]
    close(seen[8], seen[0], f"seed {one} again: mean gradient of one trial", rtol=0, atol=0)
    close(seen[9], seen[1], "no seed, which means seed 0: mean gradient of one trial", rtol=0, atol=0)
    kinds = {mean.tobytes() for mean in seen[:8]}
    require(len(kinds) > 4, f"8 seeds gave only {len(kinds)} different batches of 2 from 60 samples")
    require(all((mean > 0).all() for mean in seen), "samples whose gradients are all positive, and a mean that is not")


@points(1, hint="Leave w, X and y alone, and look at batch_size first.")
def test_noise_arguments(observe, draw):
    """gradient_noise changes nothing, keeps the dtype, and refuses a bad batch_size."""
    for dtype in ("float32", "float64"):
        w, X, y = (part.astype(dtype) for part in some_data(draw))
        seen = observe(noise, w, X, y, 5, 4, 1)
        for name, now, before in zip("wXy", answers(seen["given"], 3), (w, X, y), strict=True):
            same(now, before, f"{name} after gradient_noise")
        mean = shaped(seen["mean"], (3,), "mean gradient", dtype)
        require(float(np.abs(mean).max()) > 1e-3, "the mean gradient is zero")
    bad, good = [(0, 3), (-2, 3), (5, 3)], [(1, 3), (4, 1), (3, 2)]
    observe.refuses(try_noise, bad, good, ValueError, "gradient_noise of 4 samples(batch_size, trials)")
