"""ex30: values and slopes at points drawn anew, against the formulas in float64; and what the tensors look like."""

import numpy as np
import torch

from grader.suite import answers, between, close, earn, pair, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def ask(module, name, z):
    return getattr(module, name)(torch.as_tensor(z).clone())


def each(module, names, z):
    return [getattr(module, name)(torch.as_tensor(z).clone()) for name in names]


def views(module, names, z):
    """Of a transposed view, of every other column and of a single number."""
    ways = (lambda one: one.T, lambda one: one[:, ::2], lambda one: one[0, 0])
    return [[getattr(module, name)(way(torch.as_tensor(z).clone())) for name in names] for way in ways]


def kept(module, names, z):
    """The results, what has become of the tensor that was passed, and whether a result lies in its memory."""
    told = []
    for name in names:
        mine = torch.as_tensor(z).clone()
        found = getattr(module, name)(mine)
        told.append((found.clone(), mine, found.untyped_storage().data_ptr() == mine.untyped_storage().data_ptr()))
    return told


def share(module, kind, z, options):
    """The share, and whether it is a number; an integer or one of NumPy will do."""
    found = module.saturated_share(kind, torch.as_tensor(z), **options)
    return found, isinstance(found, int | float | np.number)


def share_of_two(module, kind, low):
    module.saturated_share(kind, torch.tensor([low, 1.0]))


# ---- the examiner's side


def sigma(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


RIGHT = {
    "relu": relu,
    "sigmoid": sigma,
    "tanh": np.tanh,
    "d_relu": lambda z: 1.0 * (z > 0),
    "d_sigmoid": lambda z: sigma(z) * (1 - sigma(z)),
    "d_tanh": lambda z: 1 - np.tanh(z) ** 2,
}
NAMES = tuple(RIGHT)


def some_z(draw, *shape, dtype="float32"):
    """Numbers on both sides of 0, from 0.05 to 9 away from it."""
    signs = np.where(np.arange(np.prod(shape)) % 2, 1, -1)
    return (draw.permutation(signs) * draw.uniform(0.05, 9, signs.size)).reshape(shape).astype(dtype)


def judged(observe, draw, name, misread):
    """The function at points far and near; the misread formula that gives what was seen is named."""
    for z in (some_z(draw, 4, 6), 0.3 * some_z(draw, 12)):
        exact = z.astype(float)
        right, what = RIGHT[name](exact), f"{name}(z)"
        found = shaped(observe(ask, name, z), z.shape, what)
        if found.dtype == bool:
            found = found.astype(float)  # its type is judged elsewhere
        off = np.abs(found - right) > 1e-5 + 1e-4 * np.abs(right)
        if not off.any() and np.isfinite(found).all():
            continue
        with np.errstate(all="ignore"):
            cases = {why: formula(exact) for why, formula in misread.items()}
        named = [why for why, values in cases.items() if np.allclose(found, values, rtol=1e-3, atol=1e-4)]
        i = np.unravel_index(int(np.argmax(off | ~np.isfinite(found))), z.shape)
        told = f" ({named[0]})" if named else ""
        require(False, f"{name}({z[i]:.4g}): {pair(right[i], found[i])}{told}")


@points(1, hint="Two cases: a positive z stays, everything else becomes 0.")
def test_relu(observe, draw):
    """relu: z where it is positive, 0 elsewhere."""
    misread = {
        "a negative z must give 0": np.abs,
        "this is z itself": lambda z: z,
        "this is the slope": RIGHT["d_relu"],
        "negative ones pass a little: that is a leaky ReLU": lambda z: np.where(z > 0, z, 0.01 * z),
        "it is cut off at 6": lambda z: np.clip(z, 0, 6),
        "it is cut off at 1": lambda z: np.clip(z, 0, 1),
        "the negative ones are kept": lambda z: np.minimum(z, 0),
        "this is softplus": lambda z: np.log1p(np.exp(z)),
    }
    judged(observe, draw, "relu", misread)
    close(observe(ask, "relu", np.zeros(2, "float32")), np.zeros(2), "relu(0)")


@points(1, hint="One divided by one plus e to the minus z.")
def test_sigmoid(observe, draw):
    """sigmoid: 1 / (1 + e^-z)."""
    misread = {
        "the sign of z is wrong": lambda z: sigma(-z),
        "this is its slope": RIGHT["d_sigmoid"],
        "this is tanh": np.tanh,
        "this is sigmoid(2z)": lambda z: sigma(2 * z),
        "this is e^-z": lambda z: np.exp(-z),
        "this is 1 + e^-z: the division is missing": lambda z: 1 + np.exp(-z),
        "a straight line between two corners": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    }
    judged(observe, draw, "sigmoid", misread)
    close(observe(ask, "sigmoid", np.zeros(2, "float32")), np.full(2, 0.5), "sigmoid(0)")


@points(1, hint="Odd, between -1 and 1; a sigmoid stretched: 2 sigmoid(2z) - 1.")
def test_tanh(observe, draw):
    """tanh: (e^z - e^-z) / (e^z + e^-z)."""
    misread = {
        "this is 2 sigmoid(z) - 1, asked for is 2 sigmoid(2z) - 1": lambda z: 2 * sigma(z) - 1,
        "this is sigmoid(2z)": lambda z: sigma(2 * z),
        "this is the sigmoid": sigma,
        "the sign is wrong": lambda z: -np.tanh(z),
        "this is its slope": RIGHT["d_tanh"],
        "cut off at -1 and 1, not bent": lambda z: np.clip(z, -1, 1),
        "a negative z must give a negative number": lambda z: np.tanh(np.abs(z)),
        "upside down: numerator and denominator are swapped": lambda z: 1 / np.tanh(z),
        "this is arctan": np.arctan,
    }
    judged(observe, draw, "tanh", misread)
    close(observe(ask, "tanh", np.zeros(2, "float32")), np.zeros(2), "tanh(0)")


@points(1.5, hint="Each side of 0 is a straight line: what are the slopes of the two?")
def test_d_relu(observe, draw):
    """d_relu: 1 where z is positive, 0 where it is negative."""
    misread = {
        "this is z itself": lambda z: z,
        "this is relu(z), not its slope": relu,
        "a negative z has the slope 0": np.sign,
        "the sides are swapped": lambda z: 1.0 * (z < 0),
        "1 everywhere": np.ones_like,
    }
    judged(observe, draw, "d_relu", misread)
    at_zero = shaped(observe(ask, "d_relu", np.zeros(3, "float32")), (3,), "d_relu(0)").astype(float)
    for one in at_zero:
        between(float(one), 0.0, 1.0, "d_relu(0)")


@points(2, hint="s (1 - s), where s is the sigmoid of z.")
def test_d_sigmoid(observe, draw):
    """d_sigmoid: the derivative of sigmoid at z; 0.25 at 0, where it is largest."""
    misread = {
        "this is z (1 - z): the argument is z, not sigmoid(z)": lambda z: z * (1 - z),
        "the sigmoid is taken twice": lambda z: sigma(sigma(z)) * (1 - sigma(sigma(z))),
        "this is sigmoid(z), not its slope": sigma,
        "this is 1 - sigmoid(z): one factor is missing": lambda z: 1 - sigma(z),
        "this is the slope of tanh": RIGHT["d_tanh"],
        "this is 1 - s²: that is the rule of tanh": lambda z: 1 - sigma(z) ** 2,
        "the square is on the wrong factor": lambda z: sigma(z) * (1 - sigma(z)) ** 2,
        "the sign is wrong": lambda z: -sigma(z) * (1 - sigma(z)),
        "the denominator (1 + e^-z)² has lost its square": lambda z: sigma(-np.abs(z)),
        "this is s (1 + s)": lambda z: sigma(z) * (1 + sigma(z)),
    }
    judged(observe, draw, "d_sigmoid", misread)
    close(observe(ask, "d_sigmoid", np.zeros(2, "float32")), np.full(2, 0.25), "d_sigmoid(0)")


@points(2, hint="1 - t², where t is the tanh of z.")
def test_d_tanh(observe, draw):
    """d_tanh: the derivative of tanh at z; 1 at 0, where it is largest."""
    misread = {
        "this is 1 - z²: the argument is z, not tanh(z)": lambda z: 1 - z**2,
        "the square is missing": lambda z: 1 - np.tanh(z),
        "this is t (1 - t): that is the rule of the sigmoid": lambda z: np.tanh(z) * (1 - np.tanh(z)),
        "tanh is taken twice": lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
        "this is tanh(z), not its slope": np.tanh,
        "the sign is wrong": lambda z: np.tanh(z) ** 2 - 1,
        "this is the slope of the sigmoid": RIGHT["d_sigmoid"],
        "this is 1 / cosh(z): the square is missing": lambda z: 1 / np.cosh(z),
        "half of the slope": lambda z: (1 - np.tanh(z) ** 2) / 2,
        "this is 1 + t²": lambda z: 1 + np.tanh(z) ** 2,
    }
    judged(observe, draw, "d_tanh", misread)
    close(observe(ask, "d_tanh", np.zeros(2, "float32")), np.ones(2), "d_tanh(0)")


@points(2, hint="exp of a large number is inf, and inf / inf is nan: let exp see nothing above 0, or cut z off.")
def test_large_z(observe, draw):
    """At z = ±1000 sigmoid and tanh give 0, 1 or -1 and their slopes are 0, never nan."""
    far = round(float(draw.uniform(150, 900)))
    for dtype in ("float32", "float64"):
        z = np.array([-1000, -far, far, 1000], dtype)
        seen = answers(observe(each, NAMES[1:3] + NAMES[4:], z), 4)
        ends = ([0, 0, 1, 1], [-1, -1, 1, 1], [0] * 4, [0] * 4)
        for name, found, right in zip(NAMES[1:3] + NAMES[4:], seen, ends, strict=True):
            what = f"{name} at {', '.join(f'{one:g}' for one in z)}, {dtype}"
            values = shaped(found, (4,), what)
            nan = " (exp has overflowed: inf / inf is nan)" if np.isnan(values).any() else ""
            close(values, np.array(right, float), what + nan)


@points(
    1, hint="`torch.where`, `clamp` and arithmetic keep shape and type; a comparison gives bool, `.to(z.dtype)` floats."
)
def test_shape_and_type(observe, draw):
    """Shape and floating-point type of z are kept."""
    z = some_z(draw, 4, 6)
    for dtype in ("float32", "float64"):
        mine = z.astype(dtype)
        for name, found in zip(NAMES, answers(observe(each, NAMES, mine), 6), strict=True):
            seen = shaped(found, (4, 6), f"{name} of {dtype}", dtype)
            require(np.isfinite(seen).all() and np.abs(seen).max() > 1e-3, f"{name} of {dtype}: {seen[0]}")
            require(not np.array_equal(seen, mine), f"{name} of {dtype}: the result is z itself")
            require(name != "sigmoid" or seen.min() >= 0, f"{name} of {dtype}: there are negative numbers")
    for z_shape, row in zip(((6, 4), (4, 3), ()), answers(observe(views, NAMES, z), 3), strict=True):
        whole = answers(observe(each, NAMES, z), 6)
        for name, found, full in zip(NAMES, answers(row, 6), whole, strict=True):
            full = shaped(full, (4, 6), name)
            part = {(6, 4): full.T, (4, 3): full[:, ::2], (): full[0, 0]}[z_shape]
            what = f"{name} of a view of shape {z_shape}, against the same entries of the whole"
            close(shaped(found, z_shape, what), np.asarray(part), what)


@points(1, hint="`z[z < 0] = 0`, `relu_()` and `*=` write into the caller's tensor: make a new one.")
def test_input_stays(observe, draw):
    """The tensor that is passed stays as it is."""
    z = some_z(draw, 3, 5)
    for name, told in zip(NAMES, answers(observe(kept, NAMES, z), 6), strict=True):
        result, after, _ = answers(told, 3)
        found = shaped(result, (3, 5), name).astype(float)
        require(np.isfinite(found).all() and np.ptp(found) > 1e-4, f"{name}: the result is the same everywhere")
        require(not np.array_equal(found, z.astype(float)), f"{name}: the result is z itself")
        same(after, z, f"{name} changed z: z after the call, against before")
    for name, told in zip(NAMES, answers(observe(kept, NAMES, abs(z)), 6), strict=True):
        same(answers(told, 3)[2], False, f"{name} of positive numbers gives z itself, no new tensor")


@points(2, hint="Count the entries whose slope is below the threshold, and divide by how many entries there are.")
def test_saturated_share(observe, draw):
    """saturated_share: the share of entries whose slope is below the threshold."""
    # verify: ignores emptied, stretched (a share is a number; the slopes only excuse a share that goes with them)
    cases = [(kind, {}) for kind in ("relu", "sigmoid", "tanh")]
    cases += [("sigmoid", {"threshold": 0.1}), ("tanh", {"threshold": 0.5}), ("relu", {"threshold": 0.2})]
    cases += [("relu", {"threshold": 1.0}), ("relu", {"threshold": 1.5})]  # a slope of 1 is not below 1
    numbers = 0
    for kind, options in cases:
        limit, name = options.get("threshold", 0.01), f"d_{kind}"
        z = some_z(draw, 8, 5)
        slopes = RIGHT[name](z.astype(float))
        z = np.where(np.abs(slopes / limit - 1) < 0.01, 0.5, z).astype("float32")
        z = np.where(draw.random(z.shape) < 0.4, 0.1 * np.abs(z), z).astype("float32")
        own = observe(ask, name, z)  # a wrong slope is judged elsewhere
        right = float((RIGHT[name](z.astype(float)) < limit).mean())
        found, is_number = answers(observe(share, kind, z, options), 2)
        if isinstance(own, np.ndarray) and own.shape == z.shape and np.isfinite(own).all():
            theirs = float((own < limit).mean())
            ok = isinstance(found, float) and abs(found - theirs) < 1e-6
            right = theirs if ok else right
        misread = {
            "this is the share that is not saturated": 1 - right,
            "in percent; a share goes from 0 to 1": 100 * right,
            "this is a count, not a share": right * z.size,
            "divided by the length of the first axis": right * z.size / len(z),
            "a slope that is the threshold is not below it": float((RIGHT[name](z.astype(float)) <= limit).mean()),
            "the value is compared, not the slope": float((RIGHT[kind](z.astype(float)) < limit).mean()),
        }
        named = [why for why, one in misread.items() if isinstance(found, (int, float)) and abs(found - one) < 1e-6]
        for other in (0.01, 0.1, 0.001):
            if isinstance(found, float) and abs((RIGHT[name](z.astype(float)) < other).mean() - found) < 1e-6:
                named.append(f"as if the threshold were {other:g}")
        what = f'saturated_share("{kind}") of 40 numbers, threshold {limit:g}'
        told = f" ({named[0]})" if named and abs(found - right) > 1e-6 else ""
        close(found, right, what + told, rtol=1e-5, atol=1e-6)
        numbers += is_number is True
    earn(1 + (numbers == len(cases)), 2, "the shares are right, but no floats: `.item()` makes one of a tensor")


@points(0.5, hint="Three names are known; for any other raise a ValueError.")
def test_unknown_kind(observe):
    """An unknown kind is refused."""
    bad = [("gelu", -3.0), ("", 1.0), ("Sigmoid", -3.0), ("softmax", 2.0)]
    good = [("relu", -3.0), ("sigmoid", 2.0), ("tanh", -3.0)]
    observe.refuses(share_of_two, bad, good, ValueError, "saturated_share: kind, first entry of z")
