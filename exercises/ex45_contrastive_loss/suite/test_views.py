"""ex45, views and retrieval: an augmentation that tells how it was called, and vectors with a known nearest."""

import random

import numpy as np
import torch
from pairs import number, unit, vectors

from grader.suite import answers, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def counted(module, images):
    """Both views under an augmentation whose k-th call multiplies by k and flattens; what it was given; the images.

    >>> two_views(images, lambda batch: (batch * 2).flatten(1))  # the second call multiplies by another number
    """
    given = []

    def augment(batch):
        given.append(batch.clone())
        return (batch * len(given)).flatten(1)

    pair = module.two_views(images, augment)
    return pair, given, images


def noisy(module, images):
    """Two pairs of views, each row with another generator's noise; where torch's stood before and after the first."""

    def augment(batch):
        noise = torch.stack(
            [torch.rand(2), torch.from_numpy(np.random.rand(2)).float(), torch.tensor([random.random()] * 2)]
        )
        return batch + noise

    before = torch.get_rng_state()
    first = module.two_views(images, augment)
    after = torch.get_rng_state()
    return [first, module.two_views(images, augment)], before, after


def retrieved(module, z1, z2):
    """The share, both arguments afterwards, and a random number after this and after one more call."""
    share, luck = module.retrieval_accuracy(z1, z2), torch.rand(3)
    module.retrieval_accuracy(z1, z2)
    return share, z1, z2, luck, torch.rand(3)


# ---- the examiner's side


def hits(scores):
    """The share of rows whose largest number stands on the diagonal."""
    return float((scores.argmax(1) == np.arange(len(scores))).mean())


@points(2, hint="Call `augment(images)`, and call it once more.")
def test_two_calls(observe, draw):
    """two_views calls augment twice, on the images as they are, and returns both answers."""
    images = normal(draw, int(draw.integers(3, 7)), 1, 2, 3)
    pair, given, after = answers(observe(counted, images), 3)
    same(len(given), 2, "calls of augment")
    for number_, batch in enumerate(given, 1):
        same(batch, images, f"what augment got at call {number_}, against the images")
    flat = images.reshape(len(images), -1)
    views = [shaped(view, flat.shape, "a view") for view in answers(pair, 2)]
    factors = [float(np.median(view / flat)) for view in views]
    for view, factor in zip(views, factors, strict=True):
        require(np.allclose(view, factor * flat), "row i of a view is not made of image i, or the answer was changed")
    same([round(f, 3) for f in sorted(factors)], [1, 2], "the calls of augment whose answers came back")
    same(after, images, "the images after the call")


@points(1, hint="Let the generators run on: whoever seeds them or sets them back gets the same view twice.")
def test_views_are_independent(observe, draw):
    """The two views are augmented independently, and those of the next call as well."""
    images = normal(draw, 4, 3, 2)
    pairs, before, after = answers(observe(noisy, images), 3)
    views = [view for pair in answers(pairs, 2) for view in answers(pair, 2)]
    set_back = " (after the call the generator stands where it stood before)" if np.array_equal(before, after) else ""
    noise = [shaped(view, images.shape, "a view") - images for view in views]
    for i, name in enumerate(("torch", "NumPy", "random")):
        for a in range(4):
            require(0 <= noise[a][:, i].min() and noise[a][:, i].max() < 1.001, "a view is not what augment returned")
            for b in range(a):
                where = "both views of a call" if a // 2 == b // 2 else "views of two calls"
                differ = np.abs(noise[a][0, i] - noise[b][0, i]).max() > 1e-6
                require(differ, f"{where} have the same noise from {name}'s generator{set_back}")


@points(2, hint="Normalize, all similarities of z1's rows with z2's, and the largest in each row of that table.")
def test_retrieval(observe, draw):
    """retrieval_accuracy is the share of images whose most similar second view is their own."""
    for dtype in ("float64", "float32", "float64"):
        n = int(draw.integers(25, 40))
        while True:
            z1, z2 = vectors(draw, n, 3, dtype, 0.7)
            cosines = unit(z1) @ unit(z2).T
            own = np.arange(n)
            right = hits(cosines)
            everybody = unit(np.concatenate([z1, z2]))
            among_all = everybody @ everybody.T - 9 * np.eye(2 * n)
            raw = np.asarray(z1, float) @ np.asarray(z2, float).T
            distances = -((np.asarray(z1, float)[:, None] - np.asarray(z2, float)[None]) ** 2).sum(2)
            misread = {
                "this asks z2's rows for their nearest in z1": hits(cosines.T),
                "the lengths play a part: these are not cosines": hits(raw),
                "distances for cosines": hits(distances),
                "the first view's other vectors are asked as well": float((among_all[:n].argmax(1) == own + n).mean()),
                "both directions are averaged": (right + hits(cosines.T)) / 2,
                "a percentage": 100 * right, "a number of images": n * right,
                "among the two nearest": float(((cosines > cosines[own, own][:, None]).sum(1) < 2).mean()),
            }  # fmt: skip
            top = np.sort(cosines, 1)
            told_apart = np.diff(np.sort([right, *misread.values()])).min() > 1e-3
            if (top[:, -1] - top[:, -2]).min() > 1e-5 and told_apart:
                break
        seen, after1, after2, *luck = answers(observe(retrieved, z1, z2), 5)
        number(seen, right, f"{n} images, {dtype}: retrieval_accuracy", misread)
        same([after1, after2], [z1, z2], "z1 and z2 after the call")
        require(not np.array_equal(*luck), "after each call torch.rand gives the same numbers: it seeds the generator")


@points(0.5, hint="One image is its own nearest; all right is 1, all wrong is 0.")
def test_retrieval_at_its_ends(observe, draw):
    """All right is 1, all wrong is 0, and a single image is right."""
    frame = np.linalg.qr(normal(draw, 6, 6, dtype="float64"))[0]
    for z1, z2, right, what in (
        (frame, 2 * frame, 1, "6 perfect pairs"), (frame, np.roll(frame, 1, 0), 0, "6 pairs that do not fit"),
        (frame[:1], -frame[:1], 1, "a single image"),
    ):  # fmt: skip
        seen = observe.call("retrieval_accuracy", z1, z2)
        number(seen, right, f"{what}: retrieval_accuracy")
