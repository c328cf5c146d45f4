"""ex40, diagnose: each disease in runs drawn anew, and runs of every kind against the rules in the examiner."""

import numpy as np
from curves import judged, rounded, some_run, telling_runs, told
from diseases import RIGHT

from grader.suite import exactly, points, require, same

# ---- scenarios: run beside the learner's code and only report


def ask(module, train, val, classes=None):
    return module.diagnose(train, val) if classes is None else module.diagnose(train, val, classes)


def kept(module, train, val, classes):
    """The diagnosis, and both lists after it."""
    return module.diagnose(train, val, classes), train, val


# ---- the examiner's side


def scaled(draw, values):
    return rounded(float(draw.uniform(0.7, 1.4)) * np.array(values))


def diagnosed(observe, what, runs):
    """Each run, as (expected, train, val, classes or nothing), gets its name."""
    for expected, *run in runs:
        run = (*run, None)[:3]
        assert RIGHT.diagnosis(*run) == expected, f"{told(run)} is {RIGHT.diagnosis(*run)}"
    seen = exactly(observe.all(ask, [tuple((*run, None)[:3]) for _, *run in runs]), len(runs), what)
    for one, (expected, *run) in zip(seen, runs, strict=True):
        same(one, expected, f"{what}: {told((*run, None)[:3])}")


@points(1.5, hint="Compare the median of the last values with the lowest value, not with the first one.")
def test_diverging(observe, draw):
    """A run that learned and then blew up is diverging, however high it began."""
    one, two = scaled(draw, [1, 0.5, 0.3, 1.9]), scaled(draw, [1, 1.5, 2.5, 4, 8])
    three = scaled(draw, [2.3, 1.2, 0.8, 0.5, 0.4, 0.35, 1.1, 1.2, 1.3])
    bumpy = scaled(draw, [2.3, 0.6, 0.4, 0.9])  # one high value at the end decides nothing
    small = scaled(draw, [2.3, 0.5, 0.1, 0.05, 0.02, 0.05, 0.06, 0.06])  # three times the lowest, and still tiny
    runs = [("diverging", run, run) for run in (one, two, three)]
    runs += [("healthy", run, run) for run in (bumpy, small)]
    for train in ([1, 0.7, 0.5, 0.6, 0.75, 0.75, 0.75], [1, 0.5, 0.02, 0.05, 0.06, 0.06, 0.06]):
        s = float(draw.uniform(0.7, 1.4))  # half of the condition holds, and validation does not count
        high = np.array([0.9, 1, 1.1, 1.2, 1.3, 1.3, 1.3])
        runs += [("overfitting", rounded(s * np.array(train)), rounded(s * high))]
    diagnosed(observe, "learned, then blew up, or nearly", runs)


@points(1.5, hint="The minimum of the values before epoch i, for each i from 1; only for five epochs or more.")
def test_spike(observe, draw):
    """A jump that came back is a spike, one that stayed is diverging."""
    back, stayed = scaled(draw, [2.3, 1.2, 0.8, 3, 0.8, 0.6, 0.5]), scaled(draw, [2.3, 1.2, 0.8, 0.6, 3, 3, 3])
    slow = scaled(draw, [1, 0.3, 0.36, 0.44, 0.52, 0.6, 0.7, 0.5, 0.28, 0.27, 0.26])  # none is twice those just before
    five, soon = scaled(draw, [2.3, 1.2, 3, 0.8, 0.75]), scaled(draw, [1, 2.6, 0.9, 0.8, 0.7, 0.6])
    late = scaled(draw, [9, 8, 7, 6, 5, 4, 3.2, 2.6, 2.2])  # early values are high above a minimum that comes later
    brief, tiny = scaled(draw, [1, 0.4, 0.95, 0.41]), scaled(draw, [1, 0.5, 0.02, 0.09, 0.02, 0.02, 0.0195])
    runs = [
        ("spike", back, back), ("diverging", stayed, stayed), ("spike", slow, slow), ("healthy", late, late),
        ("spike", five, five), ("spike", soon, soon),
        ("healthy", brief, brief), ("healthy", tiny, tiny),
    ]  # fmt: skip
    diagnosed(observe, "jumps", runs)


@points(1.5, hint="ln K is the loss of a coin with K sides; the median of the whole run is compared with it.")
def test_plateau_and_not_learning(observe, draw):
    """A loss that stays at ln K is a plateau, one that stays elsewhere is not learning."""
    runs = []
    for classes in (10, 2, int(draw.integers(20, 200))):
        level = np.log(classes) * draw.uniform(0.98, 1.02) * draw.uniform(0.995, 1.005, 6)
        stuck, high = rounded(level), rounded(level * 2)
        runs += [("plateau", stuck, stuck, classes), ("not_learning", high, high, classes)]
        runs += [("not_learning", stuck, stuck)]
    five = scaled(draw, [5, 4.95, 5.02, 4.97, 4.99, 4.96])
    crossing = rounded(np.log(10) * np.array([1.4, 1.2, 1.02, 0.99, 0.6, 0.5]))  # passes ln K on its way down
    below = rounded(0.935 * np.log(10) * draw.uniform(0.999, 1.001, 6))
    runs += [("not_learning", five, five, 10), ("healthy", crossing, crossing, 10), ("not_learning", below, below, 10)]
    diagnosed(observe, "losses that stay where they are", runs)


@points(1, hint="`train[0] > 0.1 * ln K` (0.1 without K): below that nothing is left to learn.")
def test_low_start(observe, draw):
    """Fine-tuning that starts low is healthy; the same small change of a large loss is not learning."""
    low = np.array([0.02, 0.0199, 0.0198, 0.0198]) * draw.uniform(0.7, 3)
    some = rounded(np.array([1, 0.98, 0.96, 0.94, 0.92]) * draw.uniform(0.7, 3))
    between = np.array([0.2, 0.199, 0.198, 0.199]) * draw.uniform(0.8, 1.0)  # above 0.1, below 0.1 ln 10
    runs = [
        ("healthy", rounded(low), rounded(low)), ("healthy", rounded(low), rounded(low), 10),
        ("not_learning", rounded(between), rounded(between)), ("healthy", rounded(between), rounded(between), 10),
        ("not_learning", rounded(20 * low), rounded(20 * low)), ("healthy", some, some),
    ]  # fmt: skip
    diagnosed(observe, "small changes", runs)


@points(1, hint="Compare the medians at both ends: end(val) < 0.5 · end(train).")
def test_suspicious(observe, draw):
    """Validation far below training is suspicious; a little below is not."""
    train, s = np.array([2, 1.5, 1.2, 1, 0.9]), float(draw.uniform(0.7, 1.4))
    low, near = np.array([1, 0.6, 0.4, 0.35, 0.3]), np.array([1.6, 1.1, 0.9, 0.7, 0.65])
    early = np.array([0.6, 0.55, 0.57, 0.56, 0.57])  # lies below at first only
    runs = [
        ("suspicious", rounded(s * train), rounded(s * low)), ("healthy", rounded(s * train), rounded(s * near)),
        ("healthy", rounded(s * train), rounded(s * early)),
        ("suspicious", rounded(s * train), rounded(s * np.array([0.3, 0.2, 0.15, 0.25, 0.3]))),
        ("suspicious", rounded(s * np.array([2, 1.2, 0.5, 0.8, 0.9])), rounded(s * low)),
    ]  # fmt: skip
    diagnosed(observe, "validation below training", runs)


@points(1.5, hint="Both halves: validation ends 10 % above its minimum, and training has fallen since that epoch.")
def test_overfitting(observe, draw):
    """Overfitting needs rising validation and falling training; a gap alone is no disease."""
    s = float(draw.uniform(0.7, 1.4))
    falls, rises = np.array([2, 1.2, 0.8, 0.5, 0.3, 0.2, 0.1]), np.array([2, 1.3, 1, 0.9, 1.1, 1.3, 1.6])
    stays = np.array([2, 1.2, 0.8, 0.5, 0.6, 0.55, 0.58])
    flat, below = np.array([2, 1.5, 1.3, 1.2, 1.18, 1.18, 1.18]), np.array([0.9, 0.7, 0.6, 0.5, 0.6, 0.7, 0.8])
    runs = [
        ("overfitting", rounded(s * falls), rounded(s * rises)), ("healthy", rounded(s * falls), rounded(s * flat)),
        ("healthy", rounded(s * stays), rounded(s * rises)), ("overfitting", rounded(s * falls), rounded(s * below)),
    ]  # fmt: skip
    falls = np.array([2, 1.5, 1.2, 1, 0.8, 0.7, 0.6, 0.5])
    late = np.array([2, 1.2, 0.8, 0.65, 0.651, 0.652, 0.77, 0.77])  # risen in the last three, not in the last four
    runs += [("overfitting", rounded(s * falls), rounded(s * late))]
    diagnosed(observe, "validation above training", runs)


@points(1, hint="`math.isfinite` for every value of both lists, before anything is compared.")
def test_non_finite(observe, draw):
    """nan and infinity beat everything, in either list and at any place."""
    runs = []
    for odd in (np.nan, np.inf, -np.inf):
        for which in (0, 1):
            train, val, classes = some_run(draw)
            spoiled = [list(train), list(val)]
            place = int(draw.integers(len(train)))
            spoiled[which][place] = float(odd)
            runs += [("non_finite", *spoiled, classes)]
            first = [list(train), list(val)]
            first[which][0] = float(odd)
            runs += [("non_finite", *first, classes), (RIGHT.diagnosis(train, val, classes), train, val, classes)]
    diagnosed(observe, "with a value that is no number", runs)


@points(2, hint="The conditions in their order, the first that holds; medians for both ends.")
def test_any_run(observe, draw):
    """Runs of every kind get their names."""
    runs = telling_runs(draw, 90)
    judged(observe.all(ask, runs), runs)


@points(1, hint="A single high or low epoch must not decide: medians at the ends, and a factor of 2 for a spike.")
def test_noisy_runs(observe, draw):
    """A noisy but healthy run is healthy, and its noise hides no overfitting."""
    runs, t = [], np.arange(40)
    while len(runs) < 60:
        train = (0.3 + 1.9 * np.exp(-t / 10)) * draw.uniform(0.85, 1.15, 40)
        val = (0.5 + 1.7 * np.exp(-t / 10)) * draw.uniform(0.97, 1.03, 40) + (len(runs) % 4 == 0) * 0.02 * t
        run = rounded(train), rounded(val), 10
        if RIGHT.diagnosis(*run) is not None:
            runs.append(run)
    judged(observe.all(ask, runs), runs)


@points(0.5, hint="Sort and slice copies; refuse before you look at any value.")
def test_lists(observe, draw):
    """No epochs and lists of different lengths are refused; the lists stay as they are."""
    run = some_run(draw)
    bad = [([], [], None), ([1.0], [], None), ([], [1.0], 10), ([1.0, 0.5], [1.0], None), ([1.0], [1.0, 0.5], 10)]
    bad += [([float("nan"), 1.0], [1.0], None), ([1.0], [1.0, float("inf")], 10)]
    good = [([1.0], [1.0], None), ([1.0, 0.5], [1.0, 0.6], 10), ([1.0, float("nan")], [1.0, 0.6], 10)]
    observe.refuses(ask, bad, good, ValueError, "diagnose(train_loss, val_loss, num_classes)")
    healthy = scaled(draw, [2.1, 1.3, 0.9, 0.6, 0.5, 0.42])  # falls: sorted it would be another list
    for asked in (run, (healthy, healthy, 10)):
        found, train, val = exactly(observe(kept, *asked), 3)
        require(isinstance(found, str), f"{told(asked)}: expected a name, saw {found!r}")
        same(train, asked[0], "train_loss after the call")
        same(val, asked[1], "val_loss after the call")
