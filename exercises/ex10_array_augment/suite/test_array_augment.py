"""ex10: the functions that only reorder or add against exact tables, and what all five have in common."""

import sys
import types

import numpy as np
import torch
from arrays import F, equal, has_worked, recolored, reordered

from grader.suite import Raised, answers, points, require, same, shaped, uniform


# ---- scenarios: run beside the learner's code and only report
def transform(module, calls):
    """The result of each call: the name of a function, an image, and further arguments."""
    return [getattr(module, name)(image.numpy().copy(), *arguments) for name, image, *arguments in calls]


def call_and_look(module, name, *arguments):
    """The result, and the arrays among the arguments afterwards."""
    arguments = [a.numpy().copy() if isinstance(a, torch.Tensor) else a for a in arguments]
    result = getattr(module, name)(*arguments)
    return {"result": result, "arguments": [a for a in arguments if isinstance(a, np.ndarray)]}


def as_tensors(module, name, *arguments):
    """What `torch.from_numpy` makes of a result."""
    arguments = [a.numpy().copy() if isinstance(a, torch.Tensor) else a for a in arguments]
    result = getattr(module, name)(*arguments)
    return [torch.from_numpy(part) for part in result] if isinstance(result, tuple) else [torch.from_numpy(result)]


class OutOfReach(types.ModuleType):
    """Stands for a library: it may be imported, and its names may be mentioned, but nothing in it can be called."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__new__": OutOfReach.__call__}) if name[0].isupper() else OutOfReach(name)

    def __call__(self, *arguments, **named):
        raise RuntimeError("out of reach in this test")

    def __or__(self, other):
        return self

    __ror__ = __or__


def without_torch(load, calls):
    """The result of each call while everything but NumPy is out of reach, or a text that says so.

    >>> hflip(np.eye(3))  # and others, while only NumPy can be imported
    """
    others, seen = ("torch", "torchvision", "PIL"), []
    calls = [(name, [a.numpy().copy() if isinstance(a, torch.Tensor) else a for a in rest]) for name, *rest in calls]
    kept = {key: sys.modules[key] for key in list(sys.modules) if key.partition(".")[0] in others}
    try:
        sys.modules.update({key: OutOfReach(key) for key in {*kept, *others}})
        module = load()
        for name, arguments in calls:
            try:
                result = getattr(module, name)(*arguments)
                seen.append(list(result) if isinstance(result, tuple) else [result])
            except RuntimeError as error:
                if "out of reach" not in str(error):
                    raise
                seen.append("out of reach")
    finally:
        for key in others:
            sys.modules.pop(key, None)
        sys.modules.update(kept)
    return seen


# ---- the examiner's side
def five_calls(draw):
    """A call of each function, and the image that goes in."""
    image, images = uniform(draw, 6, 6, dtype="float64"), uniform(draw, 3, 5, 5, dtype="float64")
    narrow, labels = uniform(draw, 4, 7), np.array([2, 0, 1])
    calls = [("hflip", narrow), ("hflip", image), ("rotate90", narrow, 1), ("rotate90", image, 1)]
    calls += [("rotate90", image, 2), ("rotate90", narrow, 3), ("brighten", image, 0.3), ("brighten", narrow, -0.3)]
    return [*calls, ("add_noise", image, 0.1), ("add_noise", narrow, 0.2), ("expand", images, labels)]


@points(1, hint="Rows come first: img[row, column]. The columns go from right to left, the rows stay.")
def test_hflip(observe, draw):
    """hflip mirrors the letter F and any other image."""
    images = {"F": F.astype(np.float32), "F as integers 0 and 1": F, "a random 4×6 image": uniform(draw, 4, 6)}
    images["a random 7×3 image"] = uniform(draw, 7, 3)
    seen = answers(observe(transform, [("hflip", image) for image in images.values()]), 4)
    for (name, image), out in zip(images.items(), seen, strict=True):
        equal(out, image[:, ::-1], f"hflip of {name}", reordered(image))


@points(1, hint="A color image is (H, W, C): mirror axis 1 and leave axis 2 alone.")
def test_hflip_color(observe, draw):
    """hflip leaves the channels as they are."""
    images = [uniform(draw, 4, 6, channels) for channels in (3, 1, 4)]
    for image, out in zip(images, answers(observe(transform, [("hflip", i) for i in images]), 3), strict=True):
        what = f"hflip of {'×'.join(map(str, image.shape))}"
        equal(out, image[:, ::-1], what, {**reordered(image), **recolored(image)})


@points(2, hint="Each quarter turn takes the columns from right to left as the new rows; count k modulo 4.")
def test_quarter_turns(observe, draw):
    """rotate90 counts counter-clockwise quarter turns (k=4, -1)."""
    image, counts = uniform(draw, 4, 6), [1, 2, 3, 4, 5, 0, -1, -2, -5, int(draw.integers(6, 40))]
    calls = [("rotate90", F.astype(np.float32)), ("rotate90", image), *(("rotate90", image, k) for k in counts)]
    letter, once, *seen = answers(observe(transform, calls), 12)
    right = {"k=1 turns left, this F turned right": np.rot90(F, -1)}
    equal(letter, np.rot90(F), "rotate90(F), no k given", {**right, **reordered(F)})
    equal(once, np.rot90(image), "rotate90(img) of a 4×6 image, no k given", reordered(image))
    for k, out in zip(counts, seen, strict=True):
        equal(out, np.rot90(image, k), f"rotate90(img, {k}) of a 4×6 image", reordered(image))


@points(1, hint="A color image is (H, W, C): turn axes 0 and 1 and leave axis 2 alone.")
def test_rotate90_color(observe, draw):
    """rotate90 turns in the image plane, the channels stay as they are."""
    images = [uniform(draw, 4, 6, 3), uniform(draw, 5, 3, 1), uniform(draw, 3, 3, 4)]
    calls = [("rotate90", image, k) for image in images for k in (1, -1, 2)]
    cases = [(image, k) for image in images for k in (1, -1, 2)]
    for (image, k), out in zip(cases, answers(observe(transform, calls), 9), strict=True):
        what = f"rotate90 of {'×'.join(map(str, image.shape))}, k = {k}"
        equal(out, np.rot90(image, k), what, {**reordered(image), **recolored(image)})


@points(2, hint="np.clip(img + float(delta), 0, 1): + makes floats of integers where delta is a float.")
def test_brighten(observe, draw):
    """brighten adds to every number and clips to [0, 1]."""
    up, down = (round(float(v), 2) for v in draw.uniform(0.35, 0.65, 2))
    images = {"a random 5×4 image": (uniform(draw, 5, 4), up), "another": (uniform(draw, 5, 4), -down)}
    images |= {"F": (F.astype(np.float32), 0.3), "F as integers 0 and 1": (F, 0.3), "F, darker": (F, -down)}
    images |= {f"4×6×{c}": (uniform(draw, 4, 6, c), up / 2) for c in (3, 4)}
    images |= {f"F as integers, the integer {delta}": (F, delta) for delta in (1, 0)}
    calls = [("brighten", image, delta) for image, delta in images.values()]
    for (name, (image, delta)), out in zip(images.items(), answers(observe(transform, calls), 9), strict=True):
        judge_brighten(name, image, delta, out)


def stretched(image):
    """The image with its range widened to what it reaches, as numbers from 0 to 1."""
    low, high = min(image.min(), 0), max(image.max(), 1)
    return (image - low) / (high - low)


def judge_brighten(name, image, delta, out):
    what, image = f"brighten({name}, {delta:g})", image.astype(np.float64)
    shifted = image + delta
    out = shaped(out, image.shape, what)
    require(out.dtype.kind == "f", f"{what}: expected floats, saw dtype {out.dtype}")
    others = {
        f"a pixel of {out.max():.2g}, not clipped": shifted,
        f"a pixel of {out.max():.2g}, clipped at 0 only": np.maximum(shifted, 0),
        f"a pixel of {out.min():.2g}, clipped at 1 only": np.minimum(shifted, 1),
        "black pixels got no delta": np.where(image == 0, 0, np.clip(shifted, 0, 1)),
        "what left the range was stretched back into it, not clipped": stretched(shifted),
        "delta had no effect": image,
        "delta was divided by 255": np.clip(image + delta / 255, 0, 1),
        "the sign of delta was lost": np.clip(image + abs(delta), 0, 1),
        "multiplied instead of added": np.clip(image * (1 + delta), 0, 1),
        "clipped first and added then": np.clip(image, 0, 1) + delta,
        "the sums begin at 0 again above 1": shifted % 1,
        "delta was added to the first channel alone": lifted(image, delta, slice(0, 1)),
        "the fourth channel got no delta": lifted(image, delta, slice(0, 3)),
    }
    equal(out, np.clip(shifted, 0, 1), what, others)


def lifted(image, delta, channels):
    out = image.astype(np.float64)
    out[..., channels] += delta
    return np.clip(out, 0, 1)


@points(1)
def test_arguments_stay(observe, draw):
    """No function modifies its arguments."""
    for name, *arguments in five_calls(draw):
        seen = observe(call_and_look, name, *arguments)
        before = [a for a in arguments if isinstance(a, np.ndarray)]
        hint = "+= and img[...] = ... write into the caller's array, and so does out=img; asarray makes no copy."
        for was, now in zip(before, answers(seen["arguments"], len(before)), strict=True):
            what = "the labels" if was.ndim == 1 else "the images" if name == "expand" else f"the {was.dtype} image"
            same(now, was, f"{what} after {name} (no argument may be modified)", hint=hint)
        result = seen["result"][0] if name == "expand" else seen["result"]
        has_worked(name, result, before[0])


@points(1)
def test_tensors(observe, draw):
    """Results can become tensors."""
    # verify: ignores stretched (what they hold is judged elsewhere)
    calls = five_calls(draw)
    for call, seen in zip(calls, answers(observe.each(as_tensors, calls), len(calls)), strict=True):
        stuck = isinstance(seen, Raised) and "negative" in seen.message
        hint = "A reversed slice is a view with negative strides: .copy() gives it memory of its own."
        require(not stuck, f"{call[0]}: torch.from_numpy refuses negative strides, copy first", hint)
        if isinstance(seen, Raised):
            seen = observe(as_tensors, *call)
        has_worked(call[0], answers(seen, 2 if call[0] == "expand" else 1)[0], call[1])
    color = uniform(draw, 4, 6, 3)
    colors = [("hflip", color), *(("rotate90", color, k) for k in (1, 2, 3))]
    for call, seen in zip(colors, answers(observe.each(as_tensors, colors), 4), strict=True):
        stuck = isinstance(seen, Raised) and "negative" in seen.message
        told = f"{call[0]} of a color image: torch.from_numpy refuses negative strides, copy first"
        require(not stuck, told, "What is copied for (H, W) must be copied for (H, W, C) as well.")


@points(1, hint="Slices, np.rot90, np.clip and np.random can do all of it.")
def test_numpy_alone(observe, draw):
    """All five work with NumPy alone."""
    # verify: ignores stretched (what they hold is judged elsewhere)
    calls = five_calls(draw)
    for call, seen in zip(calls, answers(observe(without_torch, calls), len(calls)), strict=True):
        require(seen != "out of reach", f"{call[0]} needs torch, torchvision or PIL; it must do with NumPy alone")
        has_worked(call[0], answers(seen, 2 if call[0] == "expand" else 1)[0], call[1])
