"""ex01, the memory: whether it is a real copy of everything in the best epoch, and what restore() does with it."""

import math

import numpy as np
from trainings import make, restore_after, train_and_restore, train_restore_and_go_on, train_two

from grader.suite import answers, close, normal, points, require, same

WEIGHTS = {"0.0.weight": (3, 4), "0.1.weight": (3,), "0.1.bias": (3,)}  # float32 and trainable
FROZEN, DOUBLE = "0.0.bias", {"1.weight": (2, 3), "1.bias": (2,)}
THAWED = "1.bias"
STATISTICS = {"0.1.running_mean": (3,), "0.1.running_var": (3,)}
WHOLE = {"0.1.num_batches_tracked": (), "ages": (2,)}  # int64
MASK = "1.mask"
LOST = 0.01  # what half a number's digits are worth at most: only where digits are asked for do they count
COPY = "state_dict() hands out the live tensors, which the optimizer goes on changing: clone each one."


def random_numbers(draw):
    """Numbers for every parameter and buffer of the model."""
    numbers = {name: normal(draw, *shape) for name, shape in (WEIGHTS | STATISTICS | {FROZEN: (3,)}).items()}
    numbers |= {name: normal(draw, *shape, dtype="float64") for name, shape in DOUBLE.items()}
    numbers |= {name: np.asarray(draw.integers(1, 10**9, size=shape)) for name, shape in WHOLE.items()}
    numbers["ages"] = 2 * draw.integers(2**54, 2**61, size=2) + 1  # in nanoseconds: no float holds them
    return numbers | {MASK: draw.permutation([True, False])}


def random_epochs(draw, count):
    """`count` epochs; the mask of each differs from the one before."""
    epochs = [random_numbers(draw) for _ in range(count)]
    for before, after in zip(epochs, epochs[1:], strict=False):
        after[MASK] = ~before[MASK]
    return epochs


def epoch_of(restored, epochs):
    """The epoch that had these weights, give or take lost digits; None if no epoch had."""
    for epoch, numbers in enumerate(epochs):
        if all(alike(restored[name], numbers[name]) for name in WEIGHTS):
            return epoch
    return None


def alike(seen, right):
    return np.shape(seen) == right.shape and np.allclose(seen, right, rtol=LOST, atol=LOST)


def gave(epoch):
    return f"restore() gave back {'the weights of no epoch' if epoch is None else f'epoch {epoch}'}"


def one(observe, *question):
    """The model after the only restore()."""
    (state,) = answers(observe(train_and_restore, *question), 1)
    return state


@points(1.5, hint="What step() keeps must be a copy of the numbers, and restore() must write them into the model.")
def test_saves_a_copy(observe, draw):
    """The saved weights are a copy: restore() gives back those of the best epoch, bit for bit."""
    losses = [0.9, 0.5, 0.7, 0.3, 0.6, 0.8]
    epochs = random_epochs(draw, len(losses))
    state = one(observe, losses, (100, 0.01), epochs, [])
    epoch = epoch_of(state, epochs)
    last = (
        f"losses {losses}: restore() gave back the weights of the last epoch (5), not of the best (3). Either nothing"
        " was restored, or what step() saved was no copy: state_dict() hands out references to the live tensors"
    )
    require(epoch != 5, last, COPY)
    assert epoch in (None, 3), f"losses {losses}: restore() gave back the weights of epoch {epoch}, not of the best (3)"
    for name in WEIGHTS:
        told = "; only the last digits differ: the memory must keep them all" if epoch == 3 else ""
        same(state[name], epochs[3][name], f"{name} after restore(), against its value in the best epoch{told}")


@points(0.75, hint="All buffers belong to the best epoch as well, of every module and dtype: state_dict() has them.")
def test_saves_buffers(observe, draw):
    """Buffers are saved too."""
    losses = [0.9, 0.4, 0.7]
    epochs = random_epochs(draw, len(losses))
    state = one(observe, losses, (100, 0.01), epochs, [])
    right = [name for name in STATISTICS if alike(state[name], epochs[1][name])]
    right += [name for name in (*WHOLE, MASK) if np.array_equal(state[name], epochs[1][name])]
    beside = f" ({', '.join(right)} were)" if right else ""
    for name in STATISTICS:
        stale = ", it still has its value of the last epoch" if alike(state[name], epochs[-1][name]) else ""
        told = f"batch norm's {name.removeprefix('0.1.')} was not restored{stale}{beside}"
        close(state[name], epochs[1][name], f"{told}: against its value in the best epoch", rtol=LOST, atol=LOST)
    for name, dtype in (*dict.fromkeys(WHOLE, "int64").items(), (MASK, "bool")):
        how = ", it still has its value of the last epoch" if np.array_equal(state[name], epochs[-1][name]) else ""
        if np.shape(state[name]) == np.shape(epochs[1][name]) and np.allclose(state[name], epochs[1][name]):
            how = " digit by digit: was it kept as a float?"
        told = f"the {dtype} buffer {name.removeprefix('0.1.')} was not restored{how}{beside}"
        same(state[name], epochs[1][name], f"{told}: against its value in the best epoch")


@points(0.5, hint="The memory is for all parameters, and keeps each in its own dtype.")
def test_saves_every_parameter(observe, draw):
    """Frozen parameters and those of other dtypes are saved too, digit by digit."""
    losses = [0.9, 0.4, 0.7]
    epochs = random_epochs(draw, len(losses))
    state = one(observe, losses, (100, 0.01), epochs, [])
    what = "after restore(), against its value in the best epoch"
    frozen = f"{FROZEN}, a frozen parameter (requires_grad is False), {what}"
    close(state[FROZEN], epochs[1][FROZEN], frozen, rtol=LOST, atol=LOST)
    for name in DOUBLE:
        same(state[name], epochs[1][name], f"{name}, a float64 parameter, {what}")


@points(0.5, hint="Only an improvement may touch the memory, whatever the counter does.")
def test_bad_epochs_leave_the_memory(observe, draw):
    """A bad epoch, be it NaN or a gain below min_delta, leaves the memory as it is."""
    for losses, kind in (([0.9, 0.5, 0.45, 0.7], "a gain below min_delta"), ([0.9, 0.5, math.nan, 0.7], "a NaN loss")):
        epochs = random_epochs(draw, len(losses))
        epoch = epoch_of(one(observe, losses, (100, 0.1), epochs, []), epochs)
        told = f"losses {losses}, min_delta 0.1: {gave(epoch)}, not the best, epoch 1"
        assert epoch != 2, f"{told}: {kind} was saved as best"
        assert epoch != 3, f"{told}: either what was saved is no copy, or {kind} misled the epoch after it"
        assert epoch == 1, told


@points(0.5, hint="Copy the numbers into the model, each time from a memory that stays as it is.")
def test_restores_again(observe, draw):
    """Restoring does not tie the model to the memory, and can be repeated."""
    losses = [0.9, 0.4, 0.7]
    epochs, later = random_epochs(draw, len(losses)), random_epochs(draw, 2)
    first, *more = answers(observe(train_and_restore, losses, (100, 0.01), epochs, later), 3)
    for name in WEIGHTS:
        close(
            first[name],
            epochs[1][name],
            f"{name} after restore(), against its value in the best epoch",
            rtol=LOST,
            atol=LOST,
        )
    right = [name for name in STATISTICS if alike(first[name], epochs[1][name])]
    for state, numbers in zip(more, later, strict=True):
        for name in (*WEIGHTS, *right):
            tied = ": either the training in between changed the memory itself, or nothing was restored"
            told = f"{name} after restore(), more training and restore() again, against its value in the best epoch"
            told += tied if alike(state[name], numbers[name]) else ""
            close(state[name], epochs[1][name], told, rtol=LOST, atol=LOST)


@points(
    0.5, hint="restore() writes numbers into the tensors that are there: `target.copy_(saved)`, or load_state_dict."
)
def test_training_goes_on(observe, draw):
    """After restore() an optimizer made before goes on with the same parameters."""
    losses = [0.9, 0.4, 0.7]
    epochs = random_epochs(draw, len(losses))
    trainable, restored, moved = answers(observe(train_restore_and_go_on, losses, epochs), 3)
    for name in WEIGHTS:
        assert name in trainable, f"{name} no longer requires a gradient after restore()"
        what = f"{name} after restore(), against its value in the best epoch"
        close(restored[name], epochs[1][name], what, rtol=LOST, atol=LOST)
        stuck = np.array_equal(moved[name], restored[name])
        told = ": it did not move, so the model has another tensor now than the optimizer" if stuck else ""
        close(
            moved[name], epochs[1][name] / 2, f"{name} after one step of SGD that halves it{told}", rtol=LOST, atol=LOST
        )
    told = "and {} a gradient after it: not as in the best epoch, but as right before restore()"
    assert FROZEN not in trainable, f"{FROZEN} was frozen before restore() {told.format('requires')}"
    assert THAWED in trainable, f"{THAWED} was thawed before restore() {told.format('requires no')}"


@points(0.25, hint="Neither of two objects may know of the other's epochs: is anything kept outside of `self`?")
def test_objects_share_nothing(observe, draw):
    """Two objects at work at the same time do not touch each other."""
    up, down = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.65]
    epochs = [random_epochs(draw, len(up)) for _ in range(2)]
    seen = answers(observe(train_two, (up, epochs[0]), (down, epochs[1])), 2)
    for (flags, state), losses, own, other, best in zip(seen, (up, down), epochs, epochs[::-1], (0, 4), strict=True):
        told = f"two objects side by side, patience 3, the one with the losses {losses}"
        assert epoch_of(state, other) is None, f"{told}: restore() gave back the weights of the other one's model"
        epoch = epoch_of(state, own)
        assert epoch == best, f"{told}: {gave(epoch)}, not the best, epoch {best}"
        if losses is down:
            assert not any(flags), f"{told}: step() said stop at epoch {flags.index(True)}"


@points(0.25, hint="Check the arguments in __init__, before anything else.")
def test_refuses_bad_arguments(observe):
    """Bad arguments are refused."""
    told = "EarlyStopping(patience, min_delta)"
    for bad in ([(0, 0.0), (-1, 0.1)], [(3, -0.1), (3, -1e-9)]):
        observe.refuses(make, bad=bad, good=[(1, 0.0), (3, 0.1)], error=ValueError, what=told)


@points(0.25, hint="Check in restore() whether anything was ever saved.")
def test_refuses_to_restore_nothing(observe):
    """restore() with nothing to restore is refused."""
    told = "restore() after epochs with the losses"
    for bad, good in (([([],)], [([0.5],)]), ([([math.nan],), ([math.nan, math.nan],)], [([math.nan, 0.5],)])):
        observe.refuses(restore_after, bad=bad, good=good, error=RuntimeError, what=told)
