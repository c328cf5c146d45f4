"""ex14: image k lights channel k alone, so the channel means of a mixed image are the weights it was mixed with."""

import numpy as np

from grader.suite import answers, between, close, may_fail, one_hot, points, uniform

N = 8
DRAWS = 40


# ---- scenarios: run beside the learner's code and only report


def mix(module, images, labels, alpha, draws):
    return [module.mixup(images.clone(), labels.clone(), alpha) for _ in range(draws)]


def mix_and_keep(module, images, labels, draws):
    """Each answer together with what the call left of its inputs."""
    seen = []
    for _ in range(draws):
        given = images.clone(), labels.clone()
        seen.append([module.mixup(*given, 1.0), *given])
    return seen


def pictures(module, images, labels, alpha, draws):
    """The mixed images alone, without their two pixel axes; alpha None: the default."""
    more = () if alpha is None else (alpha,)
    return [module.mixup(images.clone(), labels.clone(), *more)[0][:, :, 0, 0] for _ in range(draws)]


def try_mix(module, n_images, labels, alpha):
    module.mixup(labels.new_ones((n_images, 1, 2, 2)).float(), labels, alpha)


def loss_and_slope(module, logits, target):
    logits = logits.clone().requires_grad_()
    loss = module.soft_cross_entropy(logits, target)
    loss.backward()
    return loss, logits.grad


# ---- the examiner's side


def lit(height=3, width=5):
    """(N, N, height, width): image k is 1 in channel k and 0 elsewhere."""
    return np.tile(np.eye(N, dtype=np.float32)[:, :, None, None], (1, 1, height, width))


def soft_rows(draw, n, classes):
    """(n, classes) float32: random rows that sum to 1."""
    return draw.dirichlet(np.ones(classes), n).astype(np.float32)


def stacked(parts, shape, what):
    """The arrays of one kind as (draws, *shape)."""
    for part in parts:
        seen = getattr(part, "shape", None)
        assert seen == shape, f"{what}: expected shape {shape}, saw {type(part).__name__ if seen is None else seen}"
    return np.stack(parts)


def pairs(seen, draws, images, labels):
    """Mixed images (draws, N, C, H, W) and mixed labels (draws, N, K) of `draws` calls."""
    both = [answers(pair, 2) for pair in answers(seen, draws)]
    mixed = stacked([pair[0] for pair in both], images.shape, "mixed images")
    return mixed, stacked([pair[1] for pair in both], labels.shape, "mixed labels")


def some_are_mixed(own):
    """At least one of these own weights is neither nearly 0 nor nearly 1: a blend was made."""
    real = ((own > 0.02) & (own < 0.98)).any()
    assert real, f"alpha 1: no picture of {own.size} is a blend of two; each shows one image of the batch or none"


def pixel_weights(mixed):
    """(draws, N, N): how much of image k the mixed image i shows. `mixed` comes from lit images."""
    weights = mixed.mean((3, 4))
    some_are_mixed(np.diagonal(weights, axis1=1, axis2=2))
    return weights


@points(1, hint="Blend into new tensors: `images *= lam` writes into the caller's batch.")
def test_shapes_sums_and_inputs(observe, draw):
    """Shapes are kept, rows sum to 1, the inputs stay untouched."""
    images, labels = lit(), one_hot(draw.integers(0, 3, N), 3)  # 8 images of 3 classes: some pairs share a class
    seen = [answers(answer, 3) for answer in answers(observe(mix_and_keep, images, labels, DRAWS), DRAWS)]
    mixed, soft = pairs([pair for pair, _, _ in seen], DRAWS, images, labels)
    for part, what in ((mixed, "images"), (soft, "labels")):
        assert part.dtype == np.float32, f"float32 {what} came back as {part.dtype}"
    close(pixel_weights(mixed).sum(2), np.ones((DRAWS, N)), "the two weights in each picture add up to 1")
    gap = np.nan_to_num(np.abs(soft.sum(2) - 1), nan=9)
    call, i = np.unravel_index(gap.argmax(), gap.shape)
    assert gap.max() < 1e-4, (
        f"image {i}: its label row adds up to {soft[call, i].sum():.3f}; mix whole rows, then two images of one class"
        " keep both shares"
    )
    for _, images_after, labels_after in seen:
        close(images_after, images, "your input batch changed: the images after the call", 0, 0)
        close(labels_after, labels, "your input batch changed: the labels after the call", 0, 0)


@points(2, hint="One weight and one choice of partners, used for the pictures and for the labels.")
def test_label_weights_equal_pixel_weights(observe, draw):
    """The label is mixed with the same weights as the pixels."""
    images, eye = lit(), one_hot(range(N), N)
    classes = one_hot(draw.integers(0, 3, N), 3)
    blurred = soft_rows(draw, N, 5)
    cases = [(images, labels, 1.0, DRAWS) for labels in (eye, classes, blurred)]
    seen = answers(observe.each(mix, cases), 3)
    mixed, soft = pairs(seen[0], DRAWS, images, eye)
    shown = pixel_weights(mixed)
    assert not ((soft == 0) | (soft == 1)).all(), (
        "pictures are blends, but every label names one class only: the soft label is the point"
    )
    absent = (soft > 0.01) & (shown < 1e-6)
    call, i, j = np.argwhere(absent)[0] if absent.any() else (0, 0, 0)
    also = shown[call, i] > 0.01
    also[i] = False
    assert not (absent.any() and also.any()), (
        f"image {i}: the label names image {j} with {soft[call, i, j]:.2f}, an image that is absent from the picture,"
        f" which shows {shown[call, i, np.argmax(also)]:.2f} of image {np.argmax(also)}"
    )
    gap = np.abs(soft - shown)
    call, i, j = np.unravel_index(np.nan_to_num(gap, nan=9).argmax(), gap.shape)
    assert gap[call, i, j] < 1e-4, (
        f"image {i}: the label says {soft[call, i, j]:.2f} of image {j}, the pixels say {shown[call, i, j]:.2f}"
    )
    for answer, labels, what in ((seen[1], classes, "8 images of 3 classes"), (seen[2], blurred, "soft input labels")):
        mixed, soft = pairs(answer, DRAWS, images, labels)
        close(soft, pixel_weights(mixed) @ labels, f"{what}: label rows, mixed as the pixels are", 0, 1e-4)


@points(1, hint="The weight is one number for a whole image, whatever its channels and pixels.")
def test_every_pixel_has_the_same_weight(observe, draw):
    """Every pixel of an image is mixed with the same weight."""
    images = uniform(draw, N, 2, 6, 9)
    labels = one_hot(range(N), N)
    mixed, _ = pairs(observe(mix, images, labels, 1.0, DRAWS), DRAWS, images, labels)
    flat = images.reshape(N, -1).astype(np.float64)
    blends = mixed.reshape(DRAWS * N, -1).astype(np.float64)
    assert np.isfinite(blends).all(), "a mixed image holds NaN or inf"
    weights = np.linalg.lstsq(flat.T, blends.T, rcond=None)[0].T  # (DRAWS * N, N): the best weights for whole images
    some_are_mixed(weights.reshape(DRAWS, N, N).diagonal(axis1=1, axis2=2))
    gap = np.abs(weights @ flat - blends)
    worst, pixel = np.unravel_index(gap.argmax(), gap.shape)
    place = [int(part) for part in np.unravel_index(pixel, images.shape[1:])]
    assert gap.max() < 1e-4, (
        f"image {worst % N} is no weighted sum of whole images: the best weights miss pixel {place} by {gap.max():.2f};"
        " some of its pixels were mixed with another weight or from another place"
    )
    close(weights.sum(1), np.ones(DRAWS * N), "the two weights in each picture add up to 1", 0, 1e-3)


@points(1, hint="A new pairing for each batch: `torch.randperm(len(images))`.")
def test_two_sources_and_changing_partners(observe):
    """At most two images meet in one, and in time each image is somebody's partner."""
    images, labels = lit(1, 1), one_hot(range(N), N)
    # A permutation leaves a given image alone with probability 1/8, random choice leaves it unused with (7/8)^7:
    # that all 60 calls miss one of 8 images has a chance below 1e-23.
    may_fail(1e-23)
    mixed, _ = pairs(observe(mix, images, labels, 1.0, 60), 60, images, labels)
    weights = pixel_weights(mixed)
    present = weights > 1e-6
    most = int(present.sum(2).max())
    assert most <= 2, f"one picture shows {most} images; a blend has at most two sources"
    assert (present.sum(2) >= 1).all(), "one picture shows no image of the batch at all"
    present[:, range(N), range(N)] = False
    calls = len(np.unique(weights.round(6), axis=0))
    assert calls >= 30, f"60 calls made {calls} different blends: draw weight and partners anew in each call"
    idle = [int(k) for k in np.flatnonzero(~present.any((0, 1)))]
    assert not idle, f"in 60 calls no other image was ever blended with image {idle[0]}: partners are always the same"


# E|2w - 1| of w ~ Beta(a, a) is 2 * 4^-a / (a * B(a, a)). One weight per call: images of one batch may share it.
# A right mean lies more than .1 away with a chance below 1e-9: Bernstein's bound for variances of .078 and .083
# and 600 calls (with up to 4 % of the weights at alpha .2 rounded to 1, which look unmixed and shift the mean by .009),
# Chernoff's for alpha 100, where the two weights are .14 apart at two standard deviations.
SPREAD = ((None, "the default alpha of 0.2", 600, 0.798), (1.0, "alpha 1", 600, 0.5), (100.0, "alpha 100", 60, 0.056))


@points(2, hint="The weight comes from Beta(alpha, alpha), not from a uniform draw.")
def test_alpha_sets_the_blend(observe):
    """alpha sets how even the blends are."""
    may_fail(3e-9)  # three spreads, see above
    images, labels = lit(1, 1), one_hot(range(N), N)
    seen = answers(observe.each(pictures, [(images, labels, alpha, calls) for alpha, _, calls, _ in SPREAD]), 3)
    for answer, (_, what, calls, spread) in zip(seen, SPREAD, strict=True):
        weights = stacked(answers(answer, calls), (N, N), "mixed images")
        own = np.diagonal(weights, axis1=1, axis2=2)
        firsts = np.array([row[row < 1][0] for row in own if (row < 1).any()], dtype=np.float64)
        between(len(firsts), 0.8 * calls, calls, f"{what}: calls of {calls} that blended anything")
        seen_spread = np.abs(2 * firsts - 1).mean().item()
        say = "nearly pure" if seen_spread < spread else "more even"
        told = f"{what}: most blends should be {say}; mean distance of the two weights"
        between(seen_spread, spread - 0.1, spread + 0.1, told)


@points(1, hint="Return early for alpha = 0: Beta(0, 0) does not exist.")
def test_nothing_to_mix(observe, draw):
    """alpha = 0 and a batch of one change nothing."""
    images, labels = uniform(draw, N, 2, 3, 4), soft_rows(draw, N, 4)
    cases = {
        "alpha = 0": (images, labels, 0.0, 3),
        "a batch of one image": (images[:1], labels[:1], 1.0, 3),
        "alpha = 1": (images, labels, 1.0, 20),
    }
    for (what, case), answer in zip(cases.items(), answers(observe.each(mix, list(cases.values())), 3), strict=True):
        assert isinstance(answer, list), f"{what}: no mixing was asked for, but the call raised {answer!r}"
        mixed, soft = pairs(answer, case[3], case[0], case[1])
        if what == "alpha = 1":
            moved = np.abs(mixed - images).max()
            assert moved > 0.01, f"{what}: 8 images came back unchanged from 20 calls, so nothing is ever mixed"
        else:
            close(mixed, np.broadcast_to(case[0], mixed.shape), f"{what}: images must come back as they were")
            close(soft, np.broadcast_to(case[1], soft.shape), f"{what}: labels must come back as they were")


def cross_entropies(logits):
    """(N, K): the cross entropy that each class would have as the only right answer."""
    wide = logits.astype(np.float64)
    peak = wide.max(1, keepdims=True)
    return peak + np.log(np.exp(wide - peak).sum(1, keepdims=True)) - wide


def loss_of(answer, what):
    """The loss of one answer as a number."""
    assert isinstance(answer, (list, tuple)), f"{what}: {answer!r}"
    loss, slope = answers(answer, 2)
    return (loss.item() if getattr(loss, "size", 0) == 1 else loss), slope


@points(3, hint="Sum target times log_softmax over the classes, then average over the images.")
def test_soft_cross_entropy(observe, draw):
    """The soft loss is the mixture of the two plain losses, also for huge logits."""
    n, k = 7, 5
    logits = 2 * draw.standard_normal((n, k)).astype(np.float32)
    first, second = draw.integers(0, k, n), draw.integers(0, k, n)
    lam = draw.uniform(0.55, 0.9, (n, 1)).astype(np.float32)
    target = lam * one_hot(first, k) + (1 - lam) * one_hot(second, k)
    huge = np.array([[1e4, 0, -1e4], [0, 1e4, 0]], dtype=np.float32)
    spread = np.array([[0.5, 0.3, 0.2], [0.2, 0.7, 0.1]], dtype=np.float32)
    seen = answers(observe.each(loss_and_slope, [(logits, target), (logits, one_hot(first, k)), (huge, spread)]), 3)

    each = cross_entropies(logits)
    rows = np.arange(n)
    plain = each[rows, first]
    mixture = (lam[:, 0] * plain + (1 - lam[:, 0]) * each[rows, second]).mean()
    loss, slope = loss_of(seen[0], "soft loss of 7 images")
    if isinstance(loss, float) and not abs(loss - mixture) < 1e-3:
        told = f"saw {loss:.4f}, the mixture of the plain losses is {mixture:.4f}"
        assert abs(loss - n * mixture) > 1e-3, f"the loss of {n} images is {n} times too large: it grows with N; {told}"
        assert abs(loss - plain.mean()) > 1e-3, f"only the largest class counts: the soft label is the point; {told}"
    close(loss, mixture.item(), "lam * CE(first) + (1 - lam) * CE(second), mean over 7 images")
    softmax = np.exp(-each)
    close(slope, (softmax - target) / n, "gradient of the soft loss, (softmax - target) / N")
    loss, _ = loss_of(seen[1], "one-hot targets")
    close(loss, plain.mean().item(), "one-hot targets: the plain cross entropy")
    loss, _ = loss_of(seen[2], "logits of 1e4")
    finite = isinstance(loss, float) and np.isfinite(loss)
    assert finite, f"loss is {loss} for logits of 1e4: the log of a softmax that has become 0; use log_softmax"
    # Row 0: .3 * 1e4 + .2 * 2e4, row 1: .3 * 1e4; the mean is 5000.
    close(loss, 5000.0, "loss for logits of 1e4")


@points(1, hint="Check alpha, the two lengths and the dtype of the labels before anything is drawn.")
def test_cat_and_dog(observe, draw):
    """A picture that is 70 % cat and 30 % dog is labeled [0.7, 0.3]; bad input is refused."""
    images = np.stack([np.ones((1, 2, 2)), np.zeros((1, 2, 2))]).astype(np.float32)  # a white cat, a black dog
    labels = one_hot([0, 1], 2)
    mixed, soft = pairs(observe(mix, images, labels, 1.0, DRAWS), DRAWS, images, labels)
    white = mixed.mean((2, 3, 4))  # (DRAWS, 2): the share of cat in each picture
    some_are_mixed(white)
    close(soft, np.stack([white, 1 - white], 2), "label [cat, dog] of a picture, read off its brightness", 0, 1e-4)

    logits = draw.standard_normal((1, 2)).astype(np.float32)
    each = cross_entropies(logits)[0]
    loss, _ = loss_of(observe(loss_and_slope, logits, np.array([[0.7, 0.3]], dtype=np.float32)), "target [0.7, 0.3]")
    close(loss, 0.7 * each[0].item() + 0.3 * each[1].item(), "target [0.7, 0.3]: 0.7 CE(cat) + 0.3 CE(dog)")

    rows = one_hot([0, 1, 2, 0], 3)
    good = [(4, rows, 0.2), (4, rows, 0.0), (1, rows[:1], 1.0)]
    what = "mixup of so many images, labels, alpha"
    observe.refuses(try_mix, [(4, rows, -0.1), (4, rows, -2.0)], good, ValueError, what)
    whole = [(4, rows.astype(np.int64), 0.2), (4, np.array([0, 1, 2, 0]), 0.2)]
    observe.refuses(try_mix, whole, good, (ValueError, TypeError), what + " (integer labels)")
    # Without a check of its own, indexing or adding the two sizes fails in PyTorch with its own errors.
    errors = (ValueError, RuntimeError, IndexError)
    observe.refuses(try_mix, [(4, rows[:3], 0.2), (3, rows, 0.2)], good, errors, what + " (as many labels as images)")
