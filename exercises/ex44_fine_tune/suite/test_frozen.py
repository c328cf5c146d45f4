"""ex44, FrozenBody: what moves and what rests, seen in numbers before and after."""

import copy

import numpy as np
import torch
from torch import nn
from transfer import body_of, drawn_body, features_of, numbers

from grader.suite import answers, close, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def stepped(module, values, x, y, decay, kind):
    """The numbers of the body before and after a few steps of an optimizer of all parameters; the head's, too.

    >>> model = torch.nn.Sequential(FrozenBody(torch.nn.Linear(x.shape[1], 5)), torch.nn.Linear(5, 3))
    >>> model.train()(x)  # another body
    """
    model = nn.Sequential(module.FrozenBody(body_of(values)), nn.Linear(5, 3))
    make = {"AdamW": torch.optim.AdamW, "SGD": torch.optim.SGD}[kind]
    optimizer = make(model.parameters(), lr=0.1, weight_decay=decay)
    model.train()
    before = numbers(model)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(torch.as_tensor(x)), torch.as_tensor(y)).backward()
        optimizer.step()
    return before, numbers(model)


def woken(module, values, x, calls):
    """The features after some calls of train and eval, and the numbers of the body then.

    >>> frozen = FrozenBody(torch.nn.Sequential(torch.nn.Linear(x.shape[1], 5), torch.nn.BatchNorm1d(5)))
    >>> frozen.train()(x)  # another body
    """
    frozen = module.FrozenBody(body_of(values))
    model = nn.Sequential(nn.Identity(), frozen)
    for call in calls:
        if call == "frozen on":
            frozen.train(mode=True)
        elif call == "frozen off":
            frozen.train(False)
        else:
            {"train": model.train, "eval": model.eval, "frozen train": frozen.train}[call]()
    x = torch.as_tensor(x).clone()
    seen = [model(x) for _ in range(3)]
    return seen, numbers(frozen)


def around(module, values, x):
    """What dropout behind a frozen body does in train and eval mode, and what train() of the frozen body returns.

    >>> frozen = FrozenBody(torch.nn.Sequential(torch.nn.Linear(x.shape[1], 5), torch.nn.BatchNorm1d(5)))
    >>> torch.nn.Sequential(frozen, torch.nn.Dropout(0.5)).train()(x)  # another body
    """
    frozen = module.FrozenBody(body_of(values))
    model = nn.Sequential(frozen, nn.Dropout(0.5), nn.BatchNorm1d(5))
    x, told = torch.as_tensor(x), []
    for mode in (True, False):
        model.train(mode)
        inside = []
        hook = model[1].register_forward_hook(lambda _m, _i, out, inside=inside: inside.append(out.detach().clone()))
        model(x)
        hook.remove()
        told.append((inside[0], model[1].training, model[2].training))
    return told, frozen.train() is frozen and frozen.train(False) is frozen


def copied(module, values, others, x):
    """A deep copy and its original after train() of the copy, a state_dict that goes round, and the copy changed.

    >>> FrozenBody(torch.nn.Linear(x.shape[1], 5)).train()(x)  # another body, of which a deep copy is made
    """
    model = nn.Sequential(module.FrozenBody(body_of(values)), nn.Linear(5, 3)).eval()
    twin = copy.deepcopy(model)
    twin.train()
    x = torch.as_tensor(x)
    modes = model.training, model[1].training, twin[1].training, twin[0].train() is twin[0]
    first = twin[0](x), model[0](x), numbers(twin[0])
    kept = model.state_dict()
    kept = {name: one.clone() for name, one in kept.items()}
    fresh = nn.Sequential(module.FrozenBody(body_of(others)), nn.Linear(5, 3))
    strange = fresh[0](x)
    fresh.load_state_dict(kept)
    with torch.no_grad():
        for parameter in twin[0].parameters():
            parameter.add_(1)
    return modes, first, strange, fresh.train()[0](x), (model[0](x), twin[0](x))


# ---- the examiner's side


def moved(before, after):
    """The names whose numbers are others."""
    return sorted(name for name in before if not np.array_equal(before[name], after[name]))


@points(2, hint="`requires_grad_(False)`: what gets no gradient is left out by every optimizer, decay included.")
def test_weights_rest(observe, draw):
    """Frozen weights do not move, the head does, and weight decay does not shrink frozen weights."""
    # verify: ignores flipped, stretched (numbers are compared with what they were before)
    for kind, decay in (("SGD", 0.0), ("AdamW", 0.5), ("SGD", 0.3)):
        x, y = normal(draw, 12, 6), draw.integers(0, 3, 12)
        before, after = answers(observe(stepped, drawn_body(draw), x, y, decay, kind), 2)
        what = f"3 steps of {kind} over all parameters, weight decay {decay:g}"
        whole = isinstance(before, dict) and set(before) == set(after) and len(before) >= 16
        require(whole, f"{what}: the state_dict lacks parts")
        changed = moved(before, after)
        weights = [n for n in changed if not n.startswith("1.") and not n.endswith(("_mean", "_var", "_tracked"))]
        require(not weights, f"{what}: {len(weights)} frozen parameters have moved, {weights[:1]} among them")
        heads = [name for name in changed if name.startswith("1.")]
        same(heads, ["1.bias", "1.weight"], f"{what}: parameters of the head that have moved")


@points(3, hint="model.train() calls train(True) of every part: let that of your class end with `self.body.eval()`.")
def test_statistics_rest(observe, neutral, draw):
    """Batch norm and dropout in a frozen body rest, whatever mode is asked for."""
    for calls in (["train"], [], ["eval", "train"], ["frozen train"], ["train", "frozen off", "frozen on"], ["eval"]):
        values, x = drawn_body(draw), 2 * normal(draw, 7, 6) + 1
        told = ", ".join(calls) or "no call of train or eval"
        seen, after = answers(observe(woken, values, x, calls), 2)
        right = np.asarray(neutral(features_of, values, x))
        held = {name.removeprefix("body."): one for name, one in after.items()}
        drift = 0.0
        for name, one in values.items():
            if name.endswith("_mean"):
                found = [value for key, value in held.items() if key.endswith(name)]
                drift = max([drift, *(float(np.abs(value - one).mean()) for value in found)])
        why = f" (running means drifted by {drift:.2g})" if drift > 1e-6 else ""
        for i, one in enumerate(answers(seen, 3)):
            one = shaped(one, right.shape, f"features after {told}")
            close(one, right, f"after {told}, pass {i + 1}: features, against those of the body in eval mode{why}")
        require(not why, f"after {told} and three passes{why}")


@points(1, hint="`super().train(mode)` for all the rest, and `return self`.")
def test_around_it(observe, neutral, draw):
    """What is not in the body still follows train()."""
    values, x = drawn_body(draw), normal(draw, 40, 6)
    told, itself = answers(observe(around, values, x), 2)
    right = np.asarray(neutral(features_of, values, x))
    (train, *modes), (rest, *later) = (answers(one, 3) for one in answers(told, 2))
    same(
        [bool(one) for one in (*modes, *later)], [True, True, False, False], "modes of dropout and batch norm behind it"
    )
    zeros = float((shaped(train, right.shape, "dropout behind it") == 0).mean())
    require(0.2 < zeros < 0.8, f"train mode: dropout 0.5 behind the frozen body gives {100 * zeros:.0f} % zeros")
    shaped(rest, right.shape, "dropout behind it")
    require(not (rest == 0).any(), "eval mode: dropout behind the frozen body gives zeros")
    same(itself, True, "train() returns the frozen body itself")


@points(
    1.5, hint="What is written in the class belongs to each copy; a function set on one object still knows that one."
)
def test_copies(observe, neutral, draw):
    """A deep copy is a frozen body of its own, and a state_dict goes round."""
    values, others, x = drawn_body(draw), drawn_body(draw), 2 * normal(draw, 7, 6) + 1
    modes, first, strange, loaded, later = answers(observe(copied, values, others, x), 5)
    right = np.asarray(neutral(features_of, values, x))
    *flags, itself = [bool(one) for one in answers(modes, 4)]
    same(flags, [False, False, True], "after train() of the copy: modes of model, head and copied head")
    same(itself, True, "train() of the copied frozen body returns the copy, not the original")
    twin, model, _ = answers(first, 3)
    close(twin, right, "features of the copy after its train(), against the body's in eval mode")
    close(model, right, "features of the original after train() of the copy")
    close(strange, np.asarray(neutral(features_of, others, x)), "features of another frozen body")
    close(loaded, right, "features of another frozen body after load_state_dict of the first one's state_dict")
    later, own = answers(later, 2)
    close(later, right, "features of the original after the copy's weights have changed")
    more = {name: one + 1 if name.endswith(("weight", "bias")) else one for name, one in values.items()}
    close(own, np.asarray(neutral(features_of, more, x)), "features of the copy after 1 was added to its weights")
