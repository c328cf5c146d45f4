"""ex41: an interrupted run against the one in one go, and the rest of an epoch."""

from itertools import islice

from runs import CAUSES, compare, drawn, forgetful, resumed, stopped, whole

from grader.suite import exactly, points, same

# ---- scenarios: run beside the learner's code and only report


def rest(module, batches, step, kind):
    """>>> list(remaining(batches, step))"""
    if kind == "generator":
        batches = (batch for batch in batches)
    return list(module.remaining(batches, step))


def in_turn(module, step, notes):
    """The first batches of a long epoch, whose content is decided when it is taken."""
    box = [-1]
    long = ((number, box[0]) for number in range(3000))
    seen = []
    for note, batch in zip(notes, islice(module.remaining(long, step), len(notes)), strict=True):
        seen.append(batch)
        box[0] = note
    return seen


# ---- the examiner's side


@points(3, hint="Model, optimizer, schedule, two generators, epoch, step: leave out one and the run is another one.")
def test_mid_epoch(observe, neutral, draw):
    """A run that is stopped in the middle of an epoch ends like the one in one go."""
    setting, other = drawn(draw, neutral)
    right = neutral(whole, setting, 28)
    for at in (11, int(draw.integers(2, 6))):
        content = observe(stopped, setting, at, "run.pt")
        seen = observe(resumed, other, content, 28, "run.pt")
        told = f"28 steps of 7 an epoch, stopped after {at} and resumed"
        compare(seen, right, told, lambda at=at: ((n, neutral(forgetful, setting, other, at, 28, n)) for n in CAUSES))


@points(1, hint="With step 7 of 7 the loader draws this epoch's order once more, and no batch of it remains.")
def test_epoch_end(observe, neutral, draw):
    """A run that is stopped at the end of an epoch ends like the one in one go."""
    setting, other = drawn(draw, neutral)
    for how, counted in (("generator", "here"), ("loader", "here"), ("loader", "next")):
        content = observe(stopped, setting, 14, "run.pt", how, counted)
        seen = observe(resumed, other, content, 22, "run.pt", how)
        place = "epoch 1, step 7" if counted == "here" else "epoch 2, step 0"
        told = f"22 steps, stopped after 14 ({place}{', DataLoader' if how == 'loader' else ''}) and resumed"
        compare(seen, neutral(whole, setting, 22, how), told)


@points(1.5, hint="`itertools.islice(batches, step, None)`: it takes and drops, and is as lazy as what it gets.")
def test_remaining(observe, draw):
    """remaining skips the first batches and takes the others one by one."""
    batches = [int(number) for number in draw.integers(100, 999, 7)]
    for kind in ("list", "generator"):
        for step in (0, 1, 4, 7, 9):
            seen = observe(rest, batches, step, kind)
            same(seen, batches[step:], f"a {kind} of the 7 batches {batches}, step {step}: what remains")
    notes = [int(number) for number in draw.integers(100, 999, 5)]
    step = int(draw.integers(2, 6))
    right = [(step + i, note) for i, note in enumerate([-1, *notes[:-1]])]
    seen = exactly(observe(in_turn, step, notes), 5, "batches of a long epoch")
    told = f"batches (number, what was noted when it was taken), step {step}, notes {notes} one after each batch"
    same([tuple(batch) for batch in seen], right, told)
