"""ex24: every label is a number or a text that no other item has, and every picture is compared with all items."""

import re

import numpy as np
from figures import save, show, show_normalized, show_often, try_show

from grader.suite import Raised, answers, form, may_fail, points, require, uniform

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def labels_of(draw, n):
    """n different labels of three figures, none of which is part of another."""
    return [int(label) for label in draw.choice(np.arange(100, 1000), n, replace=False)]


def pictures(seen, count, what):
    """(pixels, title, axes) of each picture of one figure, `count` of them unless that is None."""
    if isinstance(seen, Raised):
        raise AssertionError(f"{what}: {seen!r}")
    assert isinstance(seen, dict), f"{what}: expected a matplotlib figure, saw {seen}"
    axes = [one for one in seen["axes"] if one["images"] and one["visible"]]
    require(
        axes if count is None else len(axes) == count,
        f"{what}: expected {count or 'n'} pictures in axes of their own, saw {len(axes)}",
        "min(n, len(dataset)) pictures, each in axes of its own, in the figure that is returned: is one left out?",
    )
    crowd = max(len(one["images"]) for one in axes)
    assert crowd == 1, f"{what}: {crowd} pictures lie in the same axes"
    found = [(np.ma.getdata(one["images"][0]["data"]), one["title"], one) for one in axes]
    assert all(np.isfinite(data).all() for data, _, _ in found), f"{what}: pictures hold NaN or inf"
    return found


def channels_first(data, channels):
    """A shown picture as (C, H, W); a gray one may be shown as (H, W, 3) with three equal channels."""
    if data.ndim == 2:
        return data[None]
    first = np.moveaxis(data[:, :, :3], 2, 0)
    return first[:1] if channels == 1 and (first == first[:1]).all() else first


def nearest(shown, images):
    """The item most like a picture whose pixels may lie in another order, and its distance (inf: another size)."""
    if shown.size != images[0].size:
        return 0, np.inf
    gaps = np.abs(np.sort(images.reshape(len(images), -1)) - np.sort(shown, axis=None)).max(1)
    return int(gaps.argmin()), float(gaps.min())


def named(title, labels):
    """The items whose label stands in the title."""
    return [i for i, label in enumerate(labels) if re.search(rf"(?<!\d){label}(?!\d)", title)]


def chosen(seen, images, labels, count, what):
    """Which item each picture shows, told by its pixels, else by its title; another test asks how it is shown."""
    found = []
    for place, (data, title, _) in enumerate(pictures(seen, count, what), 1):
        item, gap = nearest(channels_first(data, images.shape[1]), images)
        told = [item] if gap < 1e-4 else named(title, labels)
        require(told, f"{what}: picture {place} shows no item of the dataset", "Show the images as they are.")
        found.append(told[0])
    return found


@points(3, hint="Fetch each item once, `image, label = dataset[i]`, and write its label with `ax.set_title`.")
def test_items_with_their_labels(observe, draw):
    """The figure shows n items, each with its own label as title."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, numbers = uniform(draw, 20, 1, 6, 9), labels_of(draw, 20)
    texts = [f"kind {label}" for label in numbers]
    asked = [(images, numbers), (images, texts, 11), (images, numbers, 1)]
    for answer, (_, labels, *_), count in zip(answers(observe.each(show, asked), 3), asked, (8, 11, 1), strict=True):
        what = f"20 samples, {'default n' if count == 8 else f'n={count}'}, labels such as {labels[0]!r}"
        for place, (data, title, _) in enumerate(pictures(answer, count, what), 1):
            item, gap = nearest(channels_first(data, 1), images)
            assert gap < 1e-4, f"{what}: picture {place} shows no item; the nearest is {gap:.2f} off"
            told = named(title, labels)
            assert told, f"{what}: picture {place} has the title {title!r}, its label is {labels[item]!r}"
            assert told == [item], (
                f"{what}: picture {place} carries the label of another item: title {title!r}, label {labels[item]!r}"
            )


@points(1, hint="Show `min(n, len(dataset))` items.")
def test_more_than_there_are(observe, draw):
    """If n is larger than the dataset, all items are shown."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 5, 1, 6, 9), labels_of(draw, 5)
    seen = answers(observe.each(show, [(images, labels, n) for n in (8, 5)]), 2)
    for answer, n in zip(seen, (8, 5), strict=True):
        found = chosen(answer, images, labels, 5, f"5 samples, n={n}")
        missing = sorted(set(range(5)) - set(found))
        assert not missing, f"5 samples, n={n}: item {missing[0]} is not shown, another one twice"


@points(2, hint="The pixels of an item stay as they are, one channel in gray, three in color.")
def test_gray_and_color(observe, draw):
    """One channel is shown in gray, three channels in color, pixel by pixel."""
    labels = labels_of(draw, 4)
    gray, color = uniform(draw, 4, 1, 6, 9), uniform(draw, 4, 3, 6, 9)
    for images in (color, gray):
        what = f"items of shape {images.shape[1:]}, no mean and std"
        (answer,) = answers(observe.each(show, [(images, labels, 4)]), 1)
        for place, (data, _, axes) in enumerate(pictures(answer, 4, what), 1):
            one = axes["images"][0]
            if images is gray and data.ndim == 2:
                told = f"{what}: shown in the colors of {one['cmap']!r}, not in gray"
                require(one["gray"], told, "A single channel needs `cmap='gray'`.")
            flat = images is color and (data.ndim == 2 or (data == data[:, :, :1]).all())
            axes_order = "matplotlib wants (H, W, 3): `image.permute(1, 2, 0)`."
            require(not flat, f"{what}: color is gone, the picture has {form(data)}", axes_order)
            shown = channels_first(data, images.shape[1])
            wanted = (6, 9) if images is gray else (6, 9, 3)
            told = f"{what}: picture {place} has {form(data)}, expected shape {wanted}: (H, W) in this order"
            gray_order = "matplotlib wants one channel as (H, W), the height first."
            require(shown.shape == images.shape[1:], told, gray_order if images is gray else axes_order)
            gap = np.abs(images - shown).max((1, 2, 3)).min()
            order = nearest(shown, images)[1] < 1e-4
            require(
                gap < 1e-4,
                f"{what}: picture {place} shows "
                + ("the numbers of an item in another order" if order else f"no item; the nearest is {gap:.2f} off"),
                "permute(1, 2, 0) moves the axes; reshape and view scramble, flip mirrors." if order else "",
            )


@points(2, hint="image * std + mean, with mean and std reshaped to (C, 1, 1); then clamp to [0, 1].")
def test_normalization_is_undone(observe, draw):
    """mean and std undo the normalization, values stay in [0, 1], and the dataset stays as it is."""
    for mean, std in ((MEAN, STD), ((0.1307,), (0.3081,))):
        raw = draw.uniform(-0.2, 1.2, (4, len(mean), 6, 9))
        told = f"{len(mean)} channel{'s' * (len(mean) > 1)}, mean {mean}, std {std}"
        shape = (-1, 1, 1)
        normalized = ((raw - np.reshape(mean, shape)) / np.reshape(std, shape)).astype(np.float32)
        (answer,) = answers(observe.each(show_normalized, [(normalized, 4, list(mean), list(std))]), 1)
        if isinstance(answer, Raised):
            raise AssertionError(f"{told}: {answer!r}")
        shown = [channels_first(data, len(mean)) for data, _, _ in pictures(answer["figure"], 4, told)]
        low, high = min(one.min() for one in shown), max(one.max() for one in shown)
        assert low >= -1e-6 and high <= 1 + 1e-6, (
            f"{told}: values from {low:.2f} to {high:.2f} are shown: undo mean and std, then clip to [0, 1]"
        )
        for one in shown:
            left = nearest(one, np.clip(normalized, 0, 1))[1]
            assert left > 1e-4, f"{told}: the normalized values are shown, colors clipped: undo mean and std"
            gap = nearest(one, np.clip(raw, 0, 1))[1]
            assert np.isfinite(gap), f"{told}: a picture has {one.size} values, an item {raw[0].size}"
            assert gap < 1e-3, f"{told}: no item looks like this picture, the nearest is {gap:.2f} off"
        require(
            np.array_equal(answer["images"], normalized),
            f"{told}: your call changed the images of the dataset; the next one undoes what is no longer normalized",
            "`mul_`, `add_`, `*=` and `+=` write into the dataset's own tensor: compute a new one.",
        )


@points(1, hint="`Figure()` from matplotlib.figure is known to no pyplot; with `plt.subplots` you must `plt.close`.")
def test_returned_and_tidy(observe, draw):
    """The figure is returned without axes, nothing is shown and no figures pile up."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 9, 1, 4, 4), labels_of(draw, 9)
    seen = observe(show_often, images, labels, 7, 3)
    for figure in answers(seen["figures"], 3):
        pictures(figure, None, "9 samples, n=7")
        drawn = [one for one in figure["axes"] if one["axis"] and one["visible"]]
        require(
            not drawn,
            f"{len(drawn)} of {len(figure['axes'])} axes are drawn with their frame"
            + (
                ": switch them off" if drawn and drawn[0]["images"] else ", though they are left empty: switch them off"
            ),
            '`ax.axis("off")` for every axes of the figure; `plt.axis` reaches the current one only.',
        )
    assert seen["windows"] == 0, (
        "the call did not return before somebody closed a window: leave plt.show() to the caller"
    )
    assert seen["open"] <= 1, f"3 calls left {seen['open']} open figures"


@points(1, hint="`torch.randperm(len(dataset))[:n]` or `random.sample`.")
def test_random_choice_without_repeats(observe, draw):
    """Each call chooses anew and freely, and no item is shown twice."""
    # verify: ignores stretched (imshow takes an axis of length 1 for none)
    images, labels = uniform(draw, 11, 1, 4, 4), labels_of(draw, 11)
    # 4 of 11 items are one of 330 sets, 11 of which are shifts of the first: 8 calls agree so by 30 ** -7.
    may_fail(1e-10)
    seen = observe(show_often, images, labels, 4, 8)
    sets = [chosen(figure, images, labels, 4, "11 samples, n=4") for figure in answers(seen["figures"], 8)]
    double = next((items for items in sets if len(set(items)) < 4), None)
    assert double is None, f"11 samples, n=4: the items {double} were shown, one of them twice"
    different = {frozenset(items) for items in sets}
    assert len(different) > 1, f"8 calls all showed the items {sorted(sets[0])}: choose anew in each call"
    shifts = {frozenset((item + by) % 11 for item in sets[0]) for by in range(11)}
    assert not different <= shifts, (
        f"8 calls showed the items {sorted(sets[0])} or these, moved along: only the first of them is random"
    )


@points(1, hint="No window is needed: build a `Figure()` and leave the backend alone.")
def test_works_without_a_display(observe, draw):
    """The figure can be saved without a display, and every picture is there to be seen, its first row on top."""
    names = np.array([["red", "cyan"], ["green", "magenta"], ["blue", "yellow"]])
    tops = np.eye(3, dtype=np.float32)
    above = np.arange(8) < np.array([3, 4, 5])[:, None]  # so many rows of each item have its first color
    images = np.where(above[:, None], tops[:, :, None], 1 - tops[:, :, None])[..., None].repeat(8, 3).astype(np.float32)
    labels = labels_of(draw, 3)
    seen = observe(save, images, labels)
    items = chosen(seen["figure"], images, labels, None, "3 samples, n=3")
    pixels = seen["pixels"]
    for item in set(items):
        rows = []
        for color, name in zip((tops[item], 1 - tops[item]), names[item], strict=True):
            places = np.argwhere((pixels[..., :3] == 255 * color).all(-1))
            assert len(places) >= 40, f"saved under Agg: {len(places)} pixels are {name}, a color of an item shown"
            rows.append(places[:, 0].mean())
        require(
            rows[0] < rows[1] + 2,
            f"the picture is upside down: its first rows, {names[item][0]}, lie below",
            "imshow puts the first row on top by itself: leave `origin` and the y axis alone.",
        )


@points(1, hint="Check n and len(dataset) before you draw.")
def test_refusals(observe, draw):
    """n below 1 and an empty dataset are refused."""
    some = int(draw.integers(3, 7))
    bad, good = [(some, 0), (some, -1), (0, 8)], [(some, 1), (some, some), (1, 1)]
    observe.refuses(try_show, bad, good, ValueError, "show_batch of a dataset with so many images, and n")
