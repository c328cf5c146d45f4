"""ex44, the other functions: heads, groups that an optimizer gets, and the whole of it on digits."""

import numpy as np
from heads import grouped, of_rates, of_settings, replaced, transferred, tuned, without_linear
from transfer import (
    drawn_body,
    features_of,
    few_digits,
    from_scratch,
    pretrained,
    rows_seen,
    slopes,
)  # fmt: skip

from grader.suite import (
    answers,
    close,
    exactly,
    may_fail,
    normal,
    points,
    require,
    same,
    shaped,
)  # fmt: skip


@points(2, hint="`model[i] = nn.Linear(model[i].in_features, num_classes)`, with the last i that holds an nn.Linear.")
def test_new_head(observe, draw):
    """The new head has the right shape, is trainable, and has new numbers."""
    kinds = ("last", False), ("more behind it", True), ("one inside", False), ("alone", True), ("no bias", False)
    for kind, frozen in (*kinds, ("a ReLU that comes twice", False)):
        width, old = int(draw.integers(4, 9)), int(draw.integers(3, 6))
        classes = (old, old + 2, 1, 3)[int(draw.integers(4))]
        out = width if kind == "one inside" else old
        what = f"replace_head, {kind}{', frozen before' * frozen}, {classes} classes"
        told, weight, first, second, kept, needs, (before, rest) = answers(
            observe(replaced, kind, width, old, classes, frozen), 7
        )  # fmt: skip
        inside = 6 if kind == "one inside" else width
        shaped(weight, (out, inside), what)
        new, bias = answers(first, 2)
        new = shaped(new, (classes, inside), f"{what}: the new weight")
        require(bias is not None, f"{what}: the new head has no bias")
        shaped(bias, (classes,), f"{what}: the new bias")
        second = shaped(second, new.shape, f"{what}: the weight after a second call")
        rows = min(len(weight), classes)
        require(not np.allclose(new[:rows], weight[:rows]), f"{what}: the new head has the old one's numbers")
        require(not np.allclose(new, second), f"{what}: a second call gives the same numbers")
        bound = 1.001 / inside**0.5
        require(
            0.05 * bound < np.abs(new).max() <= bound, f"{what}: the numbers are not those that PyTorch starts with"
        )
        same([bool(one) for one in needs[:2]], [True, True], f"{what}: weight and bias require gradients")
        others = len(exactly(needs, 2 + len(rest), f"{what}: parameters")) - 2
        same([bool(one) for one in needs[2:]], [not frozen] * others, f"{what}: the others require gradients")
        place = [i for i, one in enumerate(kept) if not one]
        same(len(place), 1, f"{what}: parts that are other objects now")
        same(rest, before, f"{what}: the other parts' numbers")
        same(told is None, True, f"{what}: returns nothing")


@points(2, hint="Two dicts with `params` and `lr`. `requires_grad` tells what can be trained, `is` what is the same.")
def test_groups(observe, draw):
    """The groups carry the asked rates, with each trainable parameter once."""
    cases = [(how, 1) for how in ("plain", "partly frozen", "head inside", "tied", "frozen body")]
    cases += [("plain", 0), ("head inside", 0)]
    for how, factor in cases:
        head_lr = float(draw.uniform(0.1, 0.9))
        body_lr = factor * head_lr * float(draw.uniform(0.05, 0.5))
        what = f"tuning_groups, {how}, head_lr={head_lr:.3g}, body_lr={body_lr:.3g}"
        rates, moves, count = answers(observe(grouped, how, head_lr, body_lr), 3)
        total = 0
        for (name, found), move in zip([answers(one, 2) for one in rates], moves, strict=True):
            is_head = name.startswith("head") or (how == "head inside" and name.startswith("body.3"))
            frozen = (how == "partly frozen" and name in ("body.0.weight", "body.0.bias", "head.bias")) or (
                how == "frozen body" and not is_head
            )
            wanted = 0.0 if frozen else head_lr if is_head else body_lr
            told = f"{what}: {name}"
            if wanted == 0:
                why = "it is frozen" if frozen else "it is the body's, and body_lr is 0"
                require(not found, f"{told} is in a group with lr {found}, although {why}")
                close(float(move), 0.0, f"{told}: how far a step with gradients of 1 moves it", rtol=0, atol=1e-6)
                continue
            require(len(found) > 0, f"{told} is in no group")
            same(len(found), 1, f"{told}: groups that it is in")
            close(float(found[0]), wanted, f"{told}: its rate", rtol=1e-5, atol=1e-9)
            close(float(move), wanted, f"{told}: how far a step with gradients of 1 moves it", rtol=1e-3, atol=1e-6)
            total += 1
        same(count, total, f"{what}: parameters in all groups together")


@points(2, hint="FrozenBody(body) below, an optimizer of the head's parameters alone above.")
def test_features_rest(observe, neutral, draw):
    """fine_tune leaves the features as they are, bit for bit."""
    values, classes = drawn_body(draw), int(draw.integers(2, 5))
    x = 2 * normal(draw, 30, 6) + 1
    right = np.asarray(neutral(features_of, values, x))
    y = (right @ normal(draw, 5, classes)).argmax(1)
    seen = answers(observe(tuned, values, classes, x, y, {}), 6)
    same(seen[0], values, "the numbers of the body afterwards")
    features, outputs, weight, bias = answers(seen[1], 4)
    close(features, right, "the features of the tuned model, against the body's in eval mode", rtol=1e-4, atol=1e-5)
    weight, bias = shaped(weight, (classes, 5), "the head's weight"), shaped(bias, (classes,), "the head's bias")
    close(
        outputs,
        right @ weight.T + bias,
        "the model's outputs, against its head on these features",
        rtol=1e-3,
        atol=1e-4,
    )
    begin = exactly(answers(seen[4], 3)[1], 2, "weight and bias of a head that an optimizer has")
    begin = sorted(begin, key=np.ndim, reverse=True)
    losses = []
    for w, b in (begin, (weight, bias)):
        scores = right @ shaped(w, weight.shape, "weight").T.astype(float) + b
        losses.append(float((np.logaddexp.reduce(scores, 1) - scores[np.arange(30), y]).mean()))
    told = f"cross entropy on what it was trained on: {losses[0]:.3f} before, {losses[1]:.3f} after it"
    require(losses[1] < 0.97 * losses[0], f"the head has learned nothing: {told}")
    close(seen[5], (x, y), "x and y afterwards", rtol=0, atol=0)


@points(1.5, hint="`for _ in range(steps)`, and `model.eval()` at the end; the rate goes into the optimizer.")
def test_steps(observe, neutral, draw):
    """fine_tune takes its steps at its rate, and returns the model in eval mode."""
    steps, lr = int(draw.integers(5, 30)), float(draw.uniform(0.001, 0.1))
    for options, count, rate in (({}, 100, 0.01), ({"steps": steps, "lr": lr}, steps, lr), ({"steps": 1}, 1, 0.01)):
        values = drawn_body(draw)
        x, y = normal(draw, 1, 6).repeat(20, 0), np.full(20, int(draw.integers(3)))  # any part has the same gradient
        what = f"fine_tune with {options or 'the defaults'}"
        _, seen, modes, rates, parts, _ = answers(observe(tuned, values, 3, x, y, options), 6)
        parts, first, last = answers(parts, 3)
        weight = shaped(answers(seen, 4)[2], (3, 5), f"{what}: the head's weight")
        same(len(rates), count, f"{what}: steps of the optimizer")
        close([float(one) for one in rates], [rate] * count, f"{what}: the rate of each step", rtol=1e-4, atol=1e-9)
        first = exactly(first, 2, f"{what}: weight and bias of a head that the optimizer has")
        begin, _ = sorted(first, key=np.ndim, reverse=True)
        if count == 1:
            far = float(np.median(np.abs(weight - begin)))
            require(
                abs(far / rate - 1) < 0.05, f"{what}: a step moves weights by {far:.2g}, Adam's first one by {rate:g}"
            )
        else:
            last = [answers(three, 3) for three in exactly(last, 2, f"{what}: weight and bias")]
            (w, grad, early), (b, _, early_b) = sorted(last, key=lambda three: -np.ndim(three[0]))
            row = np.asarray(neutral(features_of, values, x))[0].astype(float)
            told = f"{what}: the head's gradient at the last step (are those of earlier steps cleared?)"
            grad = shaped(grad, (3, 5), told)
            # step(closure) finds the gradient of the step before
            ways = [slopes(weights @ row + bias, row, y[0]) for weights, bias in ((w, b), (early, early_b))]
            right, twice = min(ways, key=lambda way: np.abs(way[0] - grad).max())
            near = min(float(np.abs(way[1] - grad).max()) for way in ways)
            softened = near < 1e-6 + 0.01 * np.abs(twice).max()
            told += " (softmax before cross_entropy, which does that itself)" if softened else ""
            close(grad, right, told, rtol=1e-3, atol=1e-5)
        same(sum(bool(one) for one in modes), 0, f"{what}: modules that are in train mode afterwards")
        same(parts, 2, f"{what}: parts of the model")
    x, y = np.eye(128, dtype="float32"), draw.integers(0, 3, 128)
    seen = [int(rows) for rows in observe(rows_seen, x, y, 3, 20)]
    # 16 rows drawn with replacement are 15.1 different ones: 19 such steps are above the limit by ten deviations
    told = f"a step has seen {sum(seen) / 20:.1f} different rows on average, expected are all or 16 and more"
    require(sum(seen) > 13 * 19, f"128 rows, 20 steps: {told}")


@points(2.5, hint="Look first whether the head is trained at all, for 100 steps, on features of the body in eval mode.")
def test_transfer_wins(observe, neutral, draw):
    """Transfer wins: with three labels per class it beats the same network from scratch."""
    may_fail(1e-9)  # each run misses with less than 3e-5: .933 ± .012 against .88, a lead of 14 ± 2.5 points against 4
    for last in (False, True):
        known, (x, y), (others, labels) = few_digits(draw)
        values = neutral(pretrained, *known)
        said = shaped(observe(transferred, values, x, y, others), labels.shape, "the classes of the other digits")
        plain = shaped(neutral(from_scratch, x, y, others), labels.shape, "the classes by a network from scratch")
        share, base = float((said == labels).mean()), float((plain == labels).mean())
        if share >= 0.88 and share >= base + 0.04:
            return
        told = f"30 labels, {len(labels)} other digits: {100 * share:.1f} % right, from scratch {100 * base:.1f} %"
        require(not last, f"{told}; expected are 88 % and 4 points more than from scratch")


@points(1, hint="Ask before anything is built: `raise ValueError`.")
def test_refusals(observe, draw):
    """Bad input is refused."""
    cases = [("none", 3), ("empty", 2), ("inside", 2), ("linear", 0), ("linear", -1)]
    observe.refuses(without_linear, cases, [("linear", 3), ("linear", 1)], ValueError, "replace_head: parts, classes")
    rates = [(0.0, 0.1), (-0.1, 0.1), (0.1, -0.1), (0.0, 0.0)]
    observe.refuses(
        of_rates, rates, [(0.1, 0.01), (0.1, 0.0), (0.1, 0.2)], ValueError, "tuning_groups: head_lr, body_lr"
    )
    values = drawn_body(draw)
    settings = [(values, 0, 8, 8, 2), (values, 3, 8, 8, 0), (values, 3, 8, 7, 2), (values, 3, 7, 8, 2)]
    fine = [(values, 1, 8, 8, 2), (values, 3, 8, 8, 1)]
    observe.refuses(of_settings, settings, fine, ValueError, "fine_tune: body, classes, len(x), len(y), steps")
