"""ex25: hidden test labels never leave the examiner; each run turns and shifts its images and renumbers the classes."""

import numpy as np
import torch

from grader.suite import close, digits, points, require, shaped

LIMIT = 6  # seconds of one question: twice the 3 of the docstring, for the answers and for slower machines
PLAIN, STOPPED = 0.62, 0.80  # wanted of the hidden test images; what each baseline gets: tests/exercises, docstring
READS = 0.25  # of the hidden test images, a tenth by chance: whose model has fewer right has trained nothing
FOLLOWING = 0.4  # of the answers: from there on validation labels have trained the model (tests/exercises has numbers)


# ---- scenarios: run beside the learner's code and only report


def lot(which):
    """A number per run and `which`: unlike `draw` the same for all tests, so that they can share a training."""
    return torch.randint(2**31, ()).item() + which


def train(load, x, y, x_val, y_val, asked, **seed):
    """What the trained model answers, as it was returned and in eval mode, and what the call left behind.

    `load` gives each training a process of its own: none knows what another one was asked.
    """
    given = [tensor.clone() for tensor in (x, y, x_val, y_val)]
    model = load().train_recipe(*given, **seed)
    enabled = torch.is_grad_enabled() and not torch.is_inference_mode_enabled()
    modes = [(part, part.training) for part in model.modules()]
    images = asked["test"]
    with torch.no_grad():
        model.eval()
        logits = {name: model(one.clone()) for name, one in asked.items()}
        one = model(images[:1].clone())
        for part, training in modes:
            part.training = training
        raw = [model(part.clone()) for part in (images, images, images[:5])]
    tracked = [tensor.requires_grad for tensor in given]
    given = [tensor.detach() for tensor in given]
    left = {"given": given, "tracked": tracked, "enabled": enabled, "training": modes[0][1]}
    return {"logits": logits, "one": one, "raw": raw} | left


# ---- the examiner's side


def turned(images, way):
    """All images on their side, mirrored or not: one of four ways in which no digit stands upright."""
    return np.ascontiguousarray(images.swapaxes(1, 2)[:, :: -1 if way & 2 else 1, :: -1 if way & 1 else 1])


def shifted(images, by):
    """Images (N, 8, 8), each moved down by its own part `by` (N,) of a pixel; zeros come in."""
    rows = np.pad(images, ((0, 0), (1, 1), (0, 0)))
    parts = (np.maximum(by, 0), 1 - np.abs(by), np.maximum(-by, 0))
    return sum(part[:, None, None] * rows[:, k : k + 8] for k, part in enumerate(parts))


class Run:
    """The data of one run: turned in one way, classes numbered anew, in new order; test images shifted and noisy."""

    def __init__(self, neutral, which=0):
        chance = np.random.Generator(np.random.PCG64(neutral(lot, which)))
        noisy, clean = digits(noisy=True), digits()
        number, way = chance.permutation(10), int(chance.integers(4))
        train, val = chance.permutation(len(clean.x_train)), chance.permutation(len(clean.x_val))
        self.x, self.x_val = turned(clean.x_train[train], way), turned(clean.x_val[val], way)
        self.y, self.y_right = number[noisy.y_train[train]], number[clean.y_train[train]]
        self.y_val, self.y_test = number[clean.y_val[val]], number[clean.y_test]
        centered = turned(clean.x_test, way)
        moves = chance.uniform(-0.5, 0.5, (2, len(centered)))
        moved = shifted(shifted(centered, moves[0]).swapaxes(1, 2), moves[1]).swapaxes(1, 2)
        images = np.clip(moved + chance.normal(0, 0.05, moved.shape), 0, 1).astype(np.float32)
        self.patterns = (chance.random((20, 8, 8)) < 0.5).astype(np.float32)
        self.asked = {
            "test": images,
            "validation": self.x_val,  # centered as those in training; the test images have no such twins to look up
            "train": self.x,
            "mirrored": np.ascontiguousarray(images[:, :, ::-1]),
            "upside down": np.ascontiguousarray(images[:, ::-1]),
            "patterns": self.patterns,
        }

    def observed(self, observe, x_val=None, y_val=None, asked=None, **how):
        """The answers after one training; x_val, y_val: other validation data than the right ones."""
        x_val, y_val = self.x_val if x_val is None else x_val, self.y_val if y_val is None else y_val
        return observe(train, self.x, self.y, x_val, y_val, asked or self.asked, seconds=LIMIT, **how)

    def share(self, logits, labels=None):
        """How many of the hidden test images are answered with `labels`; default: the right ones."""
        labels = self.y_test if labels is None else labels
        return float((chosen(logits, len(labels), "hidden test images") == labels).mean())


def chosen(logits, count, what):
    """The class with the largest logit for each of `count` images."""
    logits = shaped(logits, (count, 10), f"what the model answers to {what}")
    assert np.isfinite(logits).all(), f"what the model answers to {what} holds NaN or inf"
    return logits.argmax(1)


def learned(seen, run):
    """The model reads digits at all, so that what is asked of it means something."""
    right = run.share(seen["logits"]["test"])
    require(
        right > READS,
        f"only {right:.0%} of the hidden test images are right; this counts from more than a quarter of them on",
        "Train a model that reads digits first: the tests above tell what it lacks.",
    )


def explained(seen, run, told):
    """Why the hidden test images are read badly, as far as other answers of the model show it."""
    right = run.share(seen["logits"]["test"])
    fitted = float((chosen(seen["logits"]["train"], len(run.y), "training images") == run.y).mean())
    flipped = max(run.share(seen["logits"]["mirrored"]), run.share(seen["logits"]["upside down"]))
    centered = run.share(seen["logits"]["validation"], run.y_val)
    told = f"{told}; train accuracy is {fitted:.2f}"
    require(
        not flipped > max(right + 0.1, 0.5),
        f"{told}; but {flipped:.1%} are right if they are mirrored first: did training mirror the digits?",
        "A mirrored 3 is no 3: augment with what the test may vary.",
    )
    require(
        fitted >= 0.5,
        f"{told}: it underfits",
        "Use less of each tool, train longer, and choose the epoch on validation images that are left as they are.",
    )
    require(
        fitted < 0.95,
        f"{told}: the wrong labels are learned by heart",
        "Is the best epoch returned, or the last? state_dict() holds references to the weights: clone them.",
    )
    require(
        centered < right + 0.05,
        f"{told}; of the validation digits, centered and without noise, {centered:.1%} are right:"
        " what does the test vary that training never shows?",
        "Read in the docstring what the test does to the digits, and do it to the training images.",
    )
    raise AssertionError(told)


@points(2, hint="Early stopping alone is enough here.")
def test_beats_plain_training(observe, neutral):
    """62 % of the hidden test images are right, well above plain training."""
    run = Run(neutral)
    seen = run.observed(observe)
    right = run.share(seen["logits"]["test"])
    if right < PLAIN:
        explained(seen, run, f"{right:.1%} of the hidden test images are right, {PLAIN:.0%} are wanted")


@points(5, hint="First the tool that teaches what the test varies, then the others, one at a time.")
def test_beats_early_stopping(observe, neutral):
    """80 % of the hidden test images are right, well above early stopping alone."""
    for which in range(4):  # bad luck is forgiven: a good recipe may miss one run in seven, no other reaches any
        run = Run(neutral, which)
        seen = run.observed(observe)
        right = run.share(seen["logits"]["test"])
        if right >= STOPPED:
            return
    told = f"{right:.1%} of the hidden test images are right, {STOPPED:.0%} are wanted"
    explained(seen, run, f"{told} (and a run before this one missed them, too)")


@points(2, hint="A network that agrees with all the labels agrees with the wrong ones, too.")
def test_does_not_memorize(observe, neutral):
    """Wrong labels are not learned by heart."""
    run = Run(neutral)
    answers = chosen(run.observed(observe)["logits"]["train"], len(run.y), "training images")
    wrong = run.y != run.y_right
    known = float((answers == run.y)[~wrong].mean())
    require(known > 0.5, f"only {known:.0%} of the correctly labeled training images are read as labeled: it underfits")
    fitted = float((answers == run.y).mean())
    assert fitted < 0.95, (
        f"train accuracy is {fitted:.3f}: {int((answers == run.y)[wrong].sum())} of the {wrong.sum()} wrong labels are"
        " learned by heart"
    )


@points(1, hint="Seed all generators before the first weight is drawn.")
def test_same_seed_same_model(observe, neutral):
    """The same seed gives the same model, also in another process."""
    run = Run(neutral)
    seen = run.observed(observe)
    learned(seen, run)
    again = run.observed(observe, seed=0)
    what = "logits after a second training with seed 0 (the default)"
    close(again["logits"]["test"], seen["logits"]["test"], what, rtol=1e-3, atol=1e-3)


def renumbered(observe, run, draw, control, **how):
    """The share of test answers that follow other class numbers in the validation labels alone."""
    number = draw.permutation(10)
    renamed = np.empty(10, dtype=np.int64)
    renamed[number] = np.roll(number, 1)  # one ring: no class keeps its number
    seen = run.observed(observe, None, renamed[run.y_val], **how)
    return run.share(seen["logits"]["test"], renamed[run.y_test])


def of_patterns(observe, run, draw, control, **how):
    """The share of random patterns answered with the numbers that validation labels, and they alone, gave to them.

    The numbers are drawn so that the model of the first question guesses as few as possible.
    """
    guessed = chosen(control["logits"]["patterns"], 20, "random patterns")
    tries = [np.concatenate([draw.permutation(10), draw.permutation(10)]) for _ in range(200)]
    label = min(tries, key=lambda one: (one == guessed).sum())
    which, other = draw.permutation(400) % 20, np.arange(400) % 20
    noise = draw.normal(0, 0.05, (2, 400, 8, 8))
    copies = np.clip(run.patterns[np.stack([which, other])] + noise, 0, 1).astype(np.float32)
    asked = {"test": run.asked["test"][:5], "patterns": copies[1]}
    seen = run.observed(observe, copies[0], label[which], asked, **how)
    return float((chosen(seen["logits"]["patterns"], 400, "patterns") == label[other]).mean())


@points(0, hint="The validation set chooses among models; it trains none. This test is a gate.", gate=True)
def test_validation_labels_do_not_train(observe, neutral, draw):
    """Validation labels choose the epoch, but train no weights (a gate: failing this costs all points)."""
    run = Run(neutral)
    control = run.observed(observe)
    # verify: ignores zero flipped (validation labels train nobody who reads no digit; other tests cost the points)
    if run.share(control["logits"]["test"]) <= READS:
        return
    for asks, told in (
        (renumbered, "with other class numbers in the validation labels alone, {:.0%} of the test answers follow them"),
        (of_patterns, "with random patterns for validation images, each with a class number of its own, {:.0%} of new"
                      " copies of them are answered with those numbers"),
    ):  # fmt: skip
        follow = asks(observe, run, draw, control)
        if follow >= FOLLOWING:  # a second question with another seed decides
            follow = min(follow, asks(observe, run, draw, control, seed=1))
        require(follow < FOLLOWING, f"{told.format(follow)}: validation labels train the model")


@points(1, hint="`model.eval()` after the last epoch.")
def test_returned_model(observe, neutral):
    """The model comes in eval mode and answers the same each time."""
    run = Run(neutral)
    seen = run.observed(observe)
    learned(seen, run)
    first, again, few = seen["raw"]
    chosen(first, len(run.y_test), "hidden test images")
    close(again, first, "two calls differ on the same images (eval mode?)", rtol=1e-4, atol=1e-4)
    close(few, first[:5], "5 images alone differ from the same 5 among many", rtol=1e-3, atol=1e-3)
    shaped(seen["one"], (1, 10), "what the model answers to one image")
    assert seen["training"] is False, "the model must come back in eval mode, but model.training is True"


@points(1, hint="Work on copies.")
def test_inputs_stay_as_they_are(observe, neutral):
    """The four tensors stay as they are."""
    run = Run(neutral)
    seen = run.observed(observe)
    learned(seen, run)
    told = ("training images", "training labels", "validation images", "validation labels")
    for what, after, before in zip(told, seen["given"], (run.x, run.y, run.x_val, run.y_val), strict=True):
        close(after, before, f"your call changed the {what}", rtol=0, atol=0)
    for what, tracked in zip(told, seen["tracked"], strict=True):
        assert tracked is False, f"your call changed the {what}: requires_grad is on, use a copy"


@points(1, hint="Use `with torch.no_grad():`, which ends by itself.")
def test_gradients_are_enabled_afterwards(observe, neutral):
    """After the call gradients are enabled again."""
    run = Run(neutral)
    seen = run.observed(observe)
    learned(seen, run)
    assert seen["enabled"] is True, "gradients are switched off after train_recipe: whoever trains next learns nothing"
