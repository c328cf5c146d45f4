"""ex36, the three schedules: curves of rates against their formulas, asked for out of order and in turns."""

import numpy as np
from schedules import bowed, curve, falling, follow, follows, rising, second_phase, some_base, stairs

from grader.suite import close, points, require

# ---- scenarios: run beside the learner's code and only report


def call_step_decay(module, step, base, every, gamma):
    module.step_decay(step, base, every, gamma)


def call_cosine(module, step, base, total, minimum):
    module.cosine(step, base, total, minimum)


def call_warmup_cosine(module, step, base, warmup, total, minimum):
    module.warmup_cosine(step, base, warmup, total, minimum)


# ---- the examiner's side


def lengths(draw):
    """(base, warmup, total, minimum) of a run."""
    base, warmup = some_base(draw), int(draw.integers(4, 10))
    return base, warmup, warmup + int(draw.integers(15, 40)), base * float(draw.uniform(0.05, 0.2))


@points(2, hint="How often has the rate fallen before step s? A whole number: s // every.")
def test_step_decay(observe, draw):
    """step_decay falls by the factor gamma after every `every` steps."""
    runs = []
    for every in (int(draw.integers(3, 9)), 1):
        base, gamma = some_base(draw), float(draw.uniform(0.2, 0.9))
        steps = np.arange(4 * every + 2)
        what = f"step_decay, base {base:.4g}, every {every}, gamma {gamma:.2f}"
        right, misread = stairs(steps, base, every, gamma)
        runs.append(((base, every, gamma), steps, what, (right, misread if every > 1 else ())))
    base, every = some_base(draw), int(draw.integers(20, 60))
    steps = np.array([0, 1, every - 1, every, 5 * every + 3, 40 * every])
    for gamma in (1.0, 0.9, 0.5):
        what = f"step_decay, base {base:.4g}, every {every}, gamma {gamma}"
        runs.append(((base, every, gamma), steps, what, (base * gamma ** (steps // every), ())))
    follow(observe, draw, "step_decay", runs)


@points(0.5, hint="Two conditions, each of them enough: a step below 0, `every` below 1.")
def test_step_decay_refuses(observe):
    """step_decay refuses step < 0 and every < 1."""
    bad = [(-1, 0.1, 3, 0.5), (-7, 0.1, 3, 0.5), (2, 0.1, 0, 0.5), (2, 0.1, -3, 0.5), (0, 0.1, 0, 0.5)]
    good = [(0, 0.1, 3, 0.5), (2, 0.1, 1, 0.5), (9, 0.1, 3, 1.0)]
    observe.refuses(call_step_decay, bad, good, ValueError, "step_decay(step, base, every, gamma)")


@points(2, hint="progress = step / total runs from 0 to 1, and the angle is π times the progress.")
def test_cosine(observe, draw):
    """cosine falls from base along half a period of a cosine."""
    runs = []
    for total, share in ((int(draw.integers(15, 40)), float(draw.uniform(0.05, 0.2))), (1, 0.1), (2, 0.0), (400, 1.0)):
        base = some_base(draw)
        minimum, steps = share * base, np.arange(total) if total < 100 else np.arange(0, total, 37)
        what = f"cosine, base {base:.4g}, total {total}, minimum {minimum:.4g}"
        right, misread = falling(steps, base, total, minimum)
        runs.append(((base, total, minimum), steps, what, (right, misread if total > 2 and share < 1 else ())))
    follow(observe, draw, "cosine", runs)


@points(1, hint="The cosine itself would climb again after step total: nothing but `minimum` follows.")
def test_cosine_after_its_end(observe, draw):
    """cosine is at its minimum at step total and stays there."""
    for total in (int(draw.integers(9, 30)), 1):
        base = some_base(draw)
        minimum = 0.1 * base
        steps = np.array([total, total + 1, total + 2, int(1.5 * total) + 2, 2 * total, 3 * total, 10**6])
        what = f"cosine, base {base:.4g}, total {total}, minimum {minimum:.4g}, at its end and later"
        misread = {"it climbs again": bowed(steps / total, base, minimum), "it is 0": 0.0 * steps}
        seen = curve(observe, draw, "cosine", (base, total, minimum), steps, what)
        follows(seen, minimum + 0.0 * steps, steps, what, misread)
        (first,) = curve(observe, draw, "cosine", (base, total, minimum), [0], what)
        require(first > 2 * minimum, f"{what}: step 0 has {first:.4g} already")


@points(0.5, hint="`minimum=0.0` stands in both signatures.")
def test_default_minimum(observe, draw):
    """Without a minimum both cosines go down to zero."""
    base, warmup, total, _ = lengths(draw)
    for name, args in (("cosine", (base, total)), ("warmup_cosine", (base, warmup, total))):
        what = f"{name}{args[1:]}, base {base:.4g}, no minimum"
        early, late, later = curve(observe, draw, name, args, [total // 2, total, total + 3], what)
        require(0.05 * base < early < 0.99 * base, f"{what}: the rate of step {total // 2} is {early:.4g}")
        for step, rate in ((total, late), (total + 3, later)):
            require(abs(rate) < 1e-6 * base, f"{what}, step {step}: expected 0, saw {rate:.4g}")


@points(0.5, hint="A step below 0 and a run of less than one step.")
def test_cosine_refuses(observe):
    """cosine refuses step < 0 and total < 1."""
    bad = [(-1, 0.1, 5, 0.01), (-9, 0.1, 5, 0.01), (2, 0.1, 0, 0.01), (2, 0.1, -3, 0.01), (0, 0.1, 0, 0.01)]
    good = [(0, 0.1, 5, 0.01), (0, 0.1, 1, 0.0), (9, 0.1, 5, 0.1)]
    observe.refuses(call_cosine, bad, good, ValueError, "cosine(step, base, total, minimum)")


@points(2, hint="The line passes base / warmup at step 0 and reaches `base` at step warmup - 1.")
def test_warmup_rises(observe, draw):
    """The warm-up rises evenly, is never 0, and reaches base at its last step."""
    base, some, total, low = lengths(draw)
    runs = []
    for warmup, minimum in ((some, low), (some + 3, 0.9 * base), (1, low), (2, 0.0)):
        steps = np.arange(warmup)
        what = f"warmup_cosine, base {base:.4g}, warmup {warmup}, total {total}, minimum {minimum:.4g}"
        right, misread = rising(steps, base, warmup, minimum)
        runs.append(((base, warmup, total, minimum), steps, what, (right, misread if warmup > 2 else ())))
    follow(observe, draw, "warmup_cosine", runs)


@points(
    2, hint="progress = (step - warmup) / (total - warmup): 0 at the first step after the warm-up, 1 at step total."
)
def test_after_the_warmup(observe, draw):
    """After the warm-up the rate falls along half a period of a cosine."""
    runs = []
    for _ in range(2):
        base, warmup, total, minimum = lengths(draw)
        steps = np.arange(warmup, total)
        what = f"warmup_cosine, base {base:.4g}, warmup {warmup}, total {total}, minimum {minimum:.4g}"
        wanted = second_phase(steps, base, warmup, total, minimum)
        runs.append(((base, warmup, total, minimum), steps, what, wanted))
    follow(observe, draw, "warmup_cosine", runs)


@points(1, hint="Both phases have `base` where they meet, and the second one only falls.")
def test_no_jump_at_the_seam(observe, draw):
    """Steps warmup - 1 and warmup both have base; afterwards it only falls, by small amounts."""
    base, warmup, total, minimum = lengths(draw)
    warmup, total = 30 * warmup, 30 * total
    steps = np.concatenate([np.arange(warmup - 3, warmup + 3), np.arange(total // 2, total // 2 + 5)])
    what = f"warmup_cosine, base {base:.4g}, warmup {warmup}, total {total}, minimum {minimum:.4g}"
    seen = curve(observe, draw, "warmup_cosine", (base, warmup, total, minimum), steps, what)
    for step, rate in zip(steps[2:4], seen[2:4], strict=True):
        require(abs(rate - base) < 1e-4 * base, f"{what}: step {step} must have `base`, saw {rate:.6g}: a jump")
    bound = 1.001 * np.pi / 2 * (base - minimum) / (total - warmup)
    for here in (3, 4, 6, 7, 8, 9):
        fall = seen[here] - seen[here + 1]
        told = (
            f"{what}: from step {steps[here]} to the next the rate goes from {seen[here]:.6g} to {seen[here + 1]:.6g}"
        )
        require(fall > -1e-7 * base, f"{told}: it must not rise any more")
        require(fall <= bound, f"{told}: a jump")


@points(1, hint="`minimum` belongs to step total, which is no update any more, and to all steps after it.")
def test_the_end(observe, draw):
    """The last real step is above the minimum; step total and all later ones are at it."""
    base, warmup, total, minimum = lengths(draw)
    what = f"warmup_cosine, base {base:.4g}, warmup {warmup}, total {total}, minimum {minimum:.4g}"
    steps = [total - 1, total, total + 1, total + 5, 2 * total, 3 * total - warmup, 10**6]
    last, *later = curve(observe, draw, "warmup_cosine", (base, warmup, total, minimum), steps, what)
    low, high = 1e-4 * (base - minimum), 0.5 * (base - minimum)
    above = f"{what}: step {total - 1}, the last update, must be a little above the minimum, saw {last:.6g}"
    require(low < last - minimum < high, above)
    for step, rate in zip(steps[1:], later, strict=True):
        told = f"{what}, step {step}: expected the minimum, saw {rate:.6g}"
        climbs = abs(rate - bowed((step - warmup) / (total - warmup), base, minimum)) < 1e-6 * base and step > total
        require(abs(rate - minimum) < 1e-6 * base, told + ("; it climbs again" if climbs else ""))


@points(1, hint="The phases may be empty: think of warmup 0, and of a warm-up that lasts as long as the run.")
def test_one_phase_alone(observe, draw):
    """warmup 0 is plain cosine, warmup total is nothing but a warm-up."""
    base, warmup, total, minimum = lengths(draw)
    steps = np.arange(total + 3)
    what = f"warmup_cosine, base {base:.4g}, warmup 0, total {total}, minimum {minimum:.4g}"
    seen = curve(observe, draw, "warmup_cosine", (base, 0, total, minimum), steps, what)
    for total in (warmup, 1):
        steps = np.arange(total + 3)
        alone = f"warmup_cosine, base {base:.4g}, warmup and total {total}, minimum {minimum:.4g}"
        right = np.where(steps < total, base * (steps + 1) / total, minimum)
        follows(curve(observe, draw, "warmup_cosine", (base, total, total, minimum), steps, alone), right, steps, alone)
    late = bowed(np.arange(len(seen) - 4) / (len(seen) - 4), base, minimum)
    shifted = np.allclose(seen[1:-3], late, rtol=1e-4, atol=0)
    require(not shifted, f"{what}: step 1 has `base` as well, as if there were a warm-up of one step")
    require(abs(seen[0] - base) < 1e-5 * base, f"{what}: step 0 must have `base`, saw {seen[0]:.6g}")
    middle = len(seen) // 2 - 1
    require(0.2 * base < seen[middle] < 0.9 * base, f"{what}: step {middle} has {seen[middle]:.6g}")
    require(seen.argmax() == 0 and seen[:-3].argmin() == len(seen) - 4, f"{what}: it must only fall")
    close(seen[-3:], np.full(3, minimum), f"{what}: step total and later", rtol=1e-5, atol=1e-7 * base)


@points(0.5, hint="Four conditions, each of them enough; warmup = total and warmup = 0 are fine.")
def test_warmup_cosine_refuses(observe):
    """warmup_cosine refuses step < 0, total < 1, warmup < 0 and warmup > total."""
    bad = [
        (-1, 0.1, 2, 5, 0.01), (-9, 0.1, 0, 5, 0.01), (2, 0.1, 6, 5, 0.01), (0, 0.1, 6, 5, 0.01), (9, 0.1, 6, 5, 0.01),
        (2, 0.1, -1, 5, 0.01), (0, 0.1, 0, 0, 0.01), (0, 0.1, -3, -2, 0.01), (9, 0.1, -1, 5, 0.01),
    ]  # fmt: skip
    good = [
        (0, 0.1, 2, 5, 0.01),
        (2, 0.1, 0, 5, 0.01),
        (4, 0.1, 5, 5, 0.01),
        (5, 0.1, 5, 5, 0.01),
        (99, 0.1, 1, 1, 0.0),
    ]
    observe.refuses(call_warmup_cosine, bad, good, ValueError, "warmup_cosine(step, base, warmup, total, minimum)")
