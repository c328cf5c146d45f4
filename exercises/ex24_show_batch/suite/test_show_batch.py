"""ex24: every label is a number that no other item has, and every picture is compared with all items."""

import io
import re

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from torch.utils.data import Dataset

from grader.suite import Raised, answers, may_fail, picture, points, uniform

GRAYS = {"gray", "grey", "Grays", "Greys", "binary", "gist_gray", "gist_grey", "gist_yarg", "gist_yerg"}
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


# ---- scenarios: run beside the learner's code and only report


class Items(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


def seen_in(figure):
    """What the figure shows; the name of its type if it is none."""
    return picture(figure) if hasattr(figure, "axes") else type(figure).__name__


def show(module, images, labels, *given):
    return seen_in(module.show_batch(Items(images, labels), *given))


def show_often(load, images, labels, n, times):
    """Several calls; what they opened and showed beside returning their figures."""
    windows = []
    matplotlib.use("Agg")
    plt.show = Figure.show = lambda *args, **more: windows.append(1)
    module = load()
    before = len(plt.get_fignums())
    seen = [seen_in(module.show_batch(Items(images, labels), n)) for _ in range(times)]
    return {"figures": seen, "open": len(plt.get_fignums()) - before, "windows": len(windows)}


def save(load, images, labels):
    """The saved figure as pixels."""
    matplotlib.use("Agg")
    figure = load().show_batch(Items(images, labels), len(labels))
    file = io.BytesIO()
    figure.savefig(file, format="rgba", dpi=40)
    return np.frombuffer(file.getvalue(), np.uint8).reshape(-1, 4)


def try_show(module, images, n):
    module.show_batch(Items(images, [7] * len(images)), n)


# ---- the examiner's side


def labels_of(draw, n):
    """n different labels of three figures, none of which is part of another."""
    return [int(label) for label in draw.choice(np.arange(100, 1000), n, replace=False)]


def pictures(seen, count, what):
    """(image, title, axes) of each of the `count` pictures of one figure."""
    assert isinstance(seen, dict), f"{what}: expected a matplotlib figure, saw {seen}"
    axes = [one for one in seen["axes"] if one["images"] and one["visible"]]
    assert len(axes) == count, f"{what}: expected {count} pictures, saw {len(axes)}"
    crowd = max(len(one["images"]) for one in axes)
    assert crowd == 1, f"{what}: {crowd} pictures lie in the same axes"
    return [(np.ma.getdata(one["images"][0]["data"]), one["title"], one) for one in axes]


def channels_first(data, channels):
    """A shown picture as (C, H, W); a gray one may be shown as (H, W, 3) with three equal channels."""
    if data.ndim == 2:
        return data[None]
    first = np.moveaxis(data[:, :, :3], 2, 0)
    return first[:1] if channels == 1 and (first == first[:1]).all() else first


def items_shown(seen, images, labels, count, what):
    """Which item each picture shows; each must be one, under its own label."""
    found = []
    for place, (data, title, _) in enumerate(pictures(seen, count, what), 1):
        shown = channels_first(data, images.shape[1])
        fits = shown.shape == images.shape[1:] and np.isfinite(shown).all()
        assert fits, f"{what}: picture {place} has shape {data.shape}, an item {images.shape[1:]}"
        gaps = np.abs(images - shown).max((1, 2, 3))
        item = int(gaps.argmin())
        assert gaps[item] < 1e-4, f"{what}: picture {place} shows no item; the nearest is {gaps[item]:.2f} off"
        told = [labels.index(int(word)) for word in re.findall(r"\d+", title) if int(word) in labels]
        assert told, f"{what}: picture {place} has the title {title!r}, its label is {labels[item]}"
        assert told == [item], (
            f"{what}: picture {place} carries the label of another item: title {title!r}, label {labels[item]}"
        )
        found.append(item)
    return found


@points(3, hint="Fetch each item once: `image, label = dataset[i]`.")
def test_items_with_their_labels(observe, draw):
    """The figure shows n items, each with its own label as title."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 20, 1, 6, 9), labels_of(draw, 20)
    seen = answers(observe.each(show, [(images, labels), (images, labels, 3), (images[:, :, :, :6], labels, 1)]), 3)
    for answer, count, what in zip(seen, (8, 3, 1), ("default n", "n=3", "n=1"), strict=True):
        told = f"20 samples, {what}"
        assert not isinstance(answer, Raised), f"{told}: {answer!r}"
        items_shown(answer, images[:, :, :, :6] if count == 1 else images, labels, count, told)


@points(1, hint="Show `min(n, len(dataset))` items.")
def test_more_than_there_are(observe, draw):
    """If n is larger than the dataset, all items are shown."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 5, 1, 6, 9), labels_of(draw, 5)
    for answer, n in zip(
        answers(observe.each(show, [(images, labels, 8), (images, labels, 5)]), 2), (8, 5), strict=True
    ):
        told = f"5 samples, n={n}"
        assert not isinstance(answer, Raised), f"{told}: {answer!r}"
        found = items_shown(answer, images, labels, 5, told)
        missing = sorted(set(range(5)) - set(found))
        assert not missing, f"{told}: item {missing[0]} is not shown, another one twice"


@points(2, hint="matplotlib wants (H, W, 3): `image.permute(1, 2, 0)`; a single channel needs `cmap='gray'`.")
def test_gray_and_color(observe, draw):
    """One channel is shown in gray, three channels in color."""
    labels = labels_of(draw, 4)
    gray, color = uniform(draw, 4, 1, 6, 9), uniform(draw, 4, 3, 6, 9)
    for images in (color, gray):
        what = f"items of shape {images.shape[1:]}"
        (answer,) = answers(observe.each(show, [(images, labels, 2)]), 1)
        assert not isinstance(answer, Raised), f"{what}: {answer!r}"
        for data, _, axes in pictures(answer, 2, what):
            name = axes["images"][0]["cmap"]
            if images is gray and data.ndim == 2:
                assert name.removesuffix("_r") in GRAYS, f"{what}: shown in the colors of {name!r}, not in gray"
            flat = images is color and (data.ndim == 2 or (data == data[:, :, :1]).all())
            assert not flat, f"{what}: color is gone, the picture has shape {data.shape}"
        items_shown(answer, images, labels, 2, what)


@points(2, hint="image * std + mean, with mean and std reshaped to (C, 1, 1); then clamp to [0, 1].")
def test_normalization_is_undone(observe, draw):
    """mean and std undo the normalization, and values stay in [0, 1]."""
    labels = labels_of(draw, 4)
    for mean, std in ((MEAN, STD), ((0.1307,), (0.3081,))):
        raw = draw.uniform(-0.2, 1.2, (4, len(mean), 6, 9))
        told = f"{len(mean)} channels, mean {mean}, std {std}"
        shape = (-1, 1, 1)
        normalized = ((raw - np.reshape(mean, shape)) / np.reshape(std, shape)).astype(np.float32)
        (answer,) = answers(observe.each(show, [(normalized, labels, 3, list(mean), list(std))]), 1)
        assert not isinstance(answer, Raised), f"{told}: {answer!r}"
        shown = [channels_first(data, len(mean)) for data, _, _ in pictures(answer, 3, told)]
        low, high = min(one.min() for one in shown), max(one.max() for one in shown)
        assert low >= -1e-6 and high <= 1 + 1e-6, (
            f"{told}: values from {low:.2f} to {high:.2f} are shown: undo mean and std, then clip to [0, 1]"
        )
        for one in shown:
            gaps = np.abs(np.clip(raw, 0, 1) - one).max((1, 2, 3))
            left = np.abs(np.clip(normalized, 0, 1) - one).max((1, 2, 3))
            assert left.min() > 1e-4, f"{told}: the normalized values are shown, colors clipped: undo mean and std"
            assert gaps.min() < 1e-3, f"{told}: no item looks like this picture, the nearest is {gaps.min():.2f} off"


@points(1, hint="`Figure()` from matplotlib.figure is known to no pyplot; with `plt.subplots` you must `plt.close`.")
def test_returned_and_tidy(observe, draw):
    """The figure is returned without axes, nothing is shown and no figures pile up."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 6, 1, 4, 4), labels_of(draw, 6)
    seen = observe(show_often, images, labels, 2, 5)
    # verify: ignores zero
    for figure in answers(seen["figures"], 5):
        items_shown(figure, images, labels, 2, "6 samples, n=2")
        drawn = sum(bool(one["axis"] and one["visible"]) for one in figure["axes"])
        assert not drawn, f"{drawn} of {len(figure['axes'])} axes are drawn with their ticks: switch them off"
    assert seen["windows"] == 0, (
        "the call did not return before somebody closed a window: leave plt.show() to the caller"
    )
    assert seen["open"] <= 1, f"5 calls left {seen['open']} open figures"


@points(1, hint="`torch.randperm(len(dataset))[:n]` or `random.sample`.")
def test_random_choice_without_repeats(observe, draw):
    """Each call chooses anew, and no item is shown twice."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 9, 1, 4, 4), labels_of(draw, 9)
    # 4 of 9 items: six right calls agree in their choice with probability 126 ** -5, below 1e-10.
    may_fail(1e-10)
    seen = observe(show_often, images, labels, 4, 6)
    chosen = [items_shown(figure, images, labels, 4, "9 samples, n=4") for figure in answers(seen["figures"], 6)]
    double = next((items for items in chosen if len(set(items)) < 4), None)
    assert double is None, f"9 samples, n=4: the items {double} were shown, one of them twice"
    assert len({frozenset(items) for items in chosen}) > 1, (
        f"6 calls all showed the items {sorted(chosen[0])}: choose anew in each call"
    )


@points(1, hint="No window is needed: build a `Figure()` and leave the backend alone.")
def test_works_without_a_display(observe, draw):
    """The figure can be saved without a display, and every picture is there to be seen."""
    colors = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
    images = np.tile(colors[:, :, None, None], (1, 1, 8, 8))
    pixels = observe(save, images, labels_of(draw, 3))
    shape = getattr(pixels, "shape", None)
    assert shape and len(shape) == 2 and shape[1] == 4, f"the saved figure has no pixels, but {shape}"
    for name, color in zip(("red", "green", "blue"), colors, strict=True):
        area = int((pixels[:, :3] == (255 * color).astype(np.uint8)).all(1).sum())
        assert area >= 100, f"saved under Agg: {area} pixels are {name}, though one of the three items is all {name}"


@points(1, hint="Check n and len(dataset) before you draw.")
def test_refusals(observe, draw):
    """n below 1 and an empty dataset are refused."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 3, 1, 4, 4), labels_of(draw, 3)
    items_shown(observe(show, images, labels, 2), images, labels, 2, "3 samples, n=2")
    bad, good = [(images, 0), (images, -1), (images[:0], 8)], [(images, 1), (images, 3), (images[:1], 1)]
    observe.refuses(try_show, bad, good, ValueError, "show_batch of a dataset with so many images, and n")
