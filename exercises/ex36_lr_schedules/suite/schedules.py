"""What the examiner of ex36 knows: the right curves, what misread formulas give instead, and how to ask for a curve."""

import numpy as np

from grader.suite import answers, pair, require, shaped

# ---- scenario: runs beside the learner's code and only reports


def rates(module, name, questions):
    """The answers to (step, other arguments), one after the other, and the names of their types."""
    found = [getattr(module, name)(step, *args) for step, args in questions]
    return found, [type(one).__name__ for one in found]


# ---- the examiner's side


def curves(observe, draw, name, runs, floats=True):
    """The rates of several runs (arguments, steps, what), all asked for by one process in one random order."""
    places = [(run, i) for run, (_, steps, _) in enumerate(runs) for i in range(len(steps))]
    places = [places[k] for k in draw.permutation(len(places))]
    asked = [(int(runs[run][1][i]), runs[run][0]) for run, i in places]
    seen, kinds = answers(observe(rates, name, asked), 2)
    found = [np.empty(len(steps)) for _, steps, _ in runs]
    for (run, i), one in zip(places, answers(seen, len(places)), strict=True):
        found[run][i] = shaped(one, (), f"{runs[run][2]}, step {runs[run][1][i]}")
    tensors = [kind for kind in answers(kinds, len(places)) if "Tensor" in kind]
    require(
        not (floats and tensors), f"{name} gives a tensor; a rate is a float", "`math.cos`, or `.item()` at the end."
    )
    for values, (_, _, what) in zip(found, runs, strict=True):
        require(np.isfinite(values).all(), f"{what}: not all rates are finite")
    return found


def curve(observe, draw, name, args, steps, what):
    """The rates of one run's `steps`, asked for in a random order; what kind of numbers they are is asked elsewhere."""
    return curves(observe, draw, name, [(args, steps, what)], floats=False)[0]


def follow(observe, draw, name, runs):
    """Every run (arguments, steps, what, (right, misread)) is right, although they are asked about in turns."""
    seen = curves(observe, draw, name, [run[:3] for run in runs])
    for one, (_, steps, what, (right, misread)) in zip(seen, runs, strict=True):
        for _, others, _, (theirs, _) in runs:
            if theirs is not right:
                at = {int(step): rate for step, rate in zip(others, theirs, strict=True)}
                remembered(one, right, [at.get(int(step), np.nan) for step in steps], steps, what)
        follows(one, right, steps, what, misread)


def remembered(seen, right, other, steps, what):
    """No wrong rate is that of the same step in another run, three times."""
    wrong = np.abs(seen - right) > 1e-3 * np.abs(right)
    taken = wrong & np.isclose(seen, other, rtol=1e-6, atol=0)
    if taken.sum() >= 3:
        i = int(taken.argmax())
        told = f"{what}, step {steps[i]}: {pair(right[i], seen[i])}, the rate of another run"
        require(False, told, "The same arguments give the same rate, whatever was asked before: keep no memory.")


def follows(seen, right, steps, what, misread=(), hint=""):
    """Every rate is right to five digits; the message names the first step that is not, and the misread formula."""
    off = np.abs(seen - right) > 1e-5 * np.abs(right) + 1e-7 * right.max()
    if off.any():
        i = int(off.argmax())
        named = [why for why, values in dict(misread).items() if np.allclose(seen, values, rtol=1e-4, atol=1e-9)]
        why = f"; {named[0]}" if named else ""
        require(False, f"{what}, step {steps[i]}: {pair(right[i], seen[i])}{why}", hint)


def bowed(progress, base, minimum):
    return minimum + 0.5 * (base - minimum) * (1 + np.cos(np.pi * progress))


def some_base(draw):
    """A usual learning rate."""
    return float(np.exp(draw.uniform(np.log(1e-4), np.log(0.5))))


def stairs(steps, base, every, gamma):
    """step_decay, and what misread rules give instead."""
    right = base * gamma ** (steps // every)
    misread = {
        "this is gamma ** (step / every), a slope without stairs": base * gamma ** (steps / every),
        "it falls one step early: the steps are numbered from 0": base * gamma ** ((steps + 1) // every),
        "it falls one step late: the steps are numbered from 0": base * gamma ** (np.maximum(steps - 1, 0) // every),
        "it falls at every step": base * gamma**steps,
        "it falls once only": base * gamma ** np.minimum(steps // every, 1),
        "gamma is multiplied by the number of falls, asked for is a power": base * np.where(
            steps < every, 1.0, gamma * (steps // every)
        ),
    }  # fmt: skip
    return right, misread


def falling(steps, base, total, minimum):
    """The cosine before its end, and what misread formulas give instead."""
    progress = steps / total
    wave = np.cos(np.pi * progress)
    misread = {
        "it ends one step early: `minimum` belongs to step total, not to step total - 1": bowed(
            steps / max(total - 1, 1), base, minimum
        ),
        "it ends one step late: `minimum` belongs to step total": bowed(steps / (total + 1), base, minimum),
        "it is one step ahead: step 0 has `base`": bowed((steps + 1) / total, base, minimum),
        "the angle is in degrees, math.cos takes radians": bowed(180 * progress / np.pi, base, minimum),
        "this is a whole period: it falls and climbs again": bowed(2 * progress, base, minimum),
        "this is a quarter of a period": minimum + (base - minimum) * np.cos(np.pi * progress / 2),
        "the ½ is missing": minimum + (base - minimum) * (1 + wave),
        "the sign is wrong: it climbs": minimum + 0.5 * (base - minimum) * (1 - wave),
        "`minimum` is added to the full height: it starts above `base`": minimum + 0.5 * base * (1 + wave),
        "`minimum` plays no part": bowed(progress, base, 0.0),
        "the rate is cut off at `minimum`, asked for is a cosine that ends there": np.maximum(
            bowed(progress, base, 0.0), minimum
        ),
        "this is a straight line": base + (minimum - base) * progress,
    }
    return bowed(progress, base, minimum), misread


def rising(steps, base, warmup, minimum):
    """The warm-up, and what misread lines give instead."""
    misread = {
        "the first step does nothing: the line is step / warmup, asked for is (step + 1) / warmup": base
        * steps / warmup,
        "this is (step + 1) / (warmup + 1), which has not reached `base` at step warmup - 1": base
        * (steps + 1) / (warmup + 1),
        "the line starts at `minimum`": minimum + (base - minimum) * (steps + 1) / warmup,
        "the line starts at `minimum` and is one step behind": minimum + (base - minimum) * steps / warmup,
        "the line is cut off at `minimum`": np.maximum(minimum, base * (steps + 1) / warmup),
        "it rises as a cosine": base * 0.5 * (1 - np.cos(np.pi * (steps + 1) / warmup)),
        "it rises as a power": base ** (warmup / (steps + 1.0)),
        "there is no warm-up": base + 0.0 * steps,
        "the line is step / (warmup - 1), which starts at 0": base * steps / max(warmup - 1, 1),
    }  # fmt: skip
    return base * (steps + 1) / warmup, misread


def second_phase(steps, base, warmup, total, minimum):
    """The cosine after a warm-up, and what misread formulas give instead."""
    right, misread = falling(steps - warmup, base, total - warmup, minimum)
    misread = {
        "the cosine counts from step 0, asked for is from the end of the warm-up": bowed(steps / total, base, minimum),
        "the cosine is stretched over `total` steps, `total - warmup` are left": bowed(
            (steps - warmup) / total, base, minimum
        ),
        "the cosine is as long as the warm-up": bowed(np.minimum((steps - warmup) / warmup, 1), base, minimum),
        "the cosine is `total` - `warmup` long, but counts from step 0": bowed(
            np.minimum(steps / (total - warmup), 1), base, minimum
        ),
    } | misread
    return right, misread
