"""ex04, sweep(): one row per patience as the learner's own trace() gives it, and the accuracy of its best epoch."""

import math

from curves import KEYS, above, falling, has, random_curve, slight, steps, trace, valley

from grader.suite import answers, points, require, same

# ---- scenarios: run beside the learner's code and only report


def sweep_and_trace(module, calls):
    """Per call the table, and what trace() says for each patience; anything else than a dict as it is."""
    seen = []
    for losses, patiences, *more in calls:
        rows = [module.sweep(losses, patiences, *more), [module.trace(losses, p, *more[:1]) for p in patiences]]
        seen.append(rows)
    return seen


def sweep_many(module, calls):
    return [module.sweep(*call) for call in calls]


def arguments_after(module, losses, patiences, min_delta, accs):
    """The table, and the arguments of trace() and of sweep() as they are afterwards."""
    given = list(losses)
    module.trace(given, patiences[0], min_delta)
    table = module.sweep(losses, patiences, min_delta, accs)
    return table, given, losses, patiences, accs


def sweep_once(module, losses, patiences, min_delta, val_accs):
    module.sweep(losses, patiences, min_delta, val_accs)


# ---- the examiner's side


def rows_of(table, patiences, what):
    """The rows of a table, one dict for each patience."""
    kind = f"a {table.type.removeprefix('builtins.')}" if hasattr(table, "type") else f"a {type(table).__name__}"
    assert isinstance(table, (list, tuple)), f"{what}: expected a list of dicts, saw {kind}"
    told = f"{what}: one row for each of the {len(patiences)} patiences, repeated ones too; saw {len(table)} rows"
    assert len(table) == len(patiences), told
    for patience, row in zip(patiences, table, strict=True):
        has(row, (), f"{what}: the row of patience {patience}")
    return list(table)


def some_patiences(draw):
    """In no order, small ones in front of larger ones and the other way round, some of them twice."""
    first, last = (int(draw.integers(2, 4)) for _ in range(2))
    return [first, 30, *(int(p) for p in draw.permutation([2, 4, 5])), last, 30]


def some_accuracies(draw, losses):
    """Different for every epoch, in no order."""
    return [float(accuracy) for accuracy in (draw.permutation(len(losses)) + 50) / 100]


def told_curve(draw, patiences):
    """A curve on which a min_delta of 0.1 makes a difference to each small patience."""
    while True:
        losses = random_curve(draw, 0.1, slow=True)
        if all(trace(losses, p, 0.1) != trace(losses, p) for p in patiences):
            return losses


@points(1.25, hint="Call trace once per patience, with everything that sweep was given.")
def test_rows(observe, draw):
    """A sweep is one independent trace per patience, in order."""
    calls = []
    for _ in range(2):
        patiences = some_patiences(draw)
        calls += [(told_curve(draw, patiences), patiences, 0.1), (random_curve(draw, 0.0), patiences)]
    calls.append((tuple(valley(draw, 3, 5)), tuple(some_patiences(draw)), slight(draw)))
    calls.append((steps(0.8, -float(draw.uniform(2e-5, 3e-5)), 12, 9), [3, 2]))
    losses = random_curve(draw, 0.05)
    calls.append((losses, [3, 2, 5], 0.05, some_accuracies(draw, losses)))
    for (losses, patiences, *more), pair in zip(
        calls, answers(observe(sweep_and_trace, calls), len(calls)), strict=True
    ):
        table, singles = answers(pair, 2)
        what = f"sweep over the patiences {patiences} of the losses {losses}" + "".join(
            f", {name} {one}" for name, one in zip(("min_delta", "val_accs"), more, strict=False)
        )
        rows = rows_of(table, patiences, what)
        for patience, row, single in zip(patiences, rows, answers(singles, len(patiences)), strict=True):
            has(single, (), f"trace() of the losses {losses}, patience {patience}")
            told = f"{what}: sweep differs from single traces at patience {patience}"
            has(row, ("patience",), f"{what}: the row of patience {patience}")
            same(row["patience"], patience, f"{told}: patience")
            for key in KEYS:
                require(
                    row.get(key) is single.get(key) is None or equal(row.get(key), single.get(key)),
                    f"{told}: {key}: trace says {single.get(key)!r}, sweep says {row.get(key)!r}",
                )


def equal(one, other):
    return isinstance(one, (int, float)) and isinstance(other, (int, float)) and one == other


@points(1, hint="The accuracy belongs to the model that is handed over: look it up at the row's best epoch.")
def test_accuracy(observe, draw):
    """The accuracy is that of the best epoch."""
    calls = []
    for down in (1, int(draw.integers(2, 5)), int(draw.integers(2, 5))):
        losses = valley(draw, down, 6)
        losses += [round(min(losses) - 0.1, 3), *above(draw, min(losses) - 0.1, 3)]
        calls.append((losses, some_patiences(draw), slight(draw), some_accuracies(draw, losses)))
    for call, table in zip(calls, answers(observe(sweep_many, calls), len(calls)), strict=True):
        losses, patiences, min_delta, accs = call
        what = f"losses {losses}, accuracies {accs}"
        for patience, row in zip(patiences, rows_of(table, patiences, what), strict=True):
            has(row, ("accuracy",), f"{what}, patience {patience}, val_accs given")
            right, told = trace(losses, patience, min_delta), row["accuracy"]
            best = row.get("best_epoch", right["best_epoch"])  # whether that is the right epoch is asked elsewhere
            if best is None and told is None:
                continue
            if best not in range(len(accs)):
                best = right["best_epoch"]
            where = f"{what}, patience {patience}"
            stop = right["stop_epoch"]
            late = stop is not None and told == accs[stop] != accs[best]
            assert not late, f"{where}: asked for the restored model's accuracy (epoch {best}), got epoch {stop}'s"
            zero = ": epoch 0 is an epoch" if told is None and best == 0 else ""
            other = f", that of epoch {accs.index(told)}" if told in accs else ""
            seen = f"expected {accs[best]}, saw {told!r}{other}{zero}"
            require(told == accs[best], f"{where}: accuracy of epoch {best}: {seen}")


@points(
    0.25, hint="Look whether there is a best epoch, and whether val_accs was given, before you look an accuracy up."
)
def test_no_accuracy(observe, draw):
    """There is no accuracy without a best epoch or without val_accs."""
    losses, bad = falling(draw, 4), [math.nan] * 5
    accs, others = some_accuracies(draw, losses), some_accuracies(draw, bad)
    delta = slight(draw)
    calls = [(losses, [2, 3], delta, accs), (losses, [2, 3], delta), (bad, [2, 9], delta, others)]
    given, none, lost = answers(observe(sweep_many, calls), 3)
    for row in rows_of(given, [2, 3], f"losses {losses}, accuracies {accs}"):
        told = row.get("accuracy")
        assert told in accs, f"losses {losses}, accuracies {accs}: expected one of them as accuracy, saw {told!r}"
    for row in rows_of(none, [2, 3], f"losses {losses}, no val_accs"):
        told = row.get("accuracy")
        assert told is None, f"losses {losses}, no val_accs: there is no accuracy to tell, saw {told!r}"
    for row in rows_of(lost, [2, 9], f"losses {bad}, accuracies {others}"):
        has(row, ("accuracy", "best_epoch"), f"losses {bad}, val_accs given")
        best, told = row["best_epoch"], row["accuracy"]
        right = others[best] if isinstance(best, int) and best in range(5) else None
        where = f", that of epoch {others.index(told)}" if told in others else ""
        what = f"losses {bad}, accuracies {others}"
        require(told == right, f"{what}: no best epoch, so accuracy is None, saw {told!r}{where}")


@points(0.25, hint="Work on copies: `sorted(...)` instead of `.sort()`, a loop instead of `.pop()`.")
def test_arguments_stay(observe, draw):
    """The arguments stay as they are."""
    losses, patiences = [*falling(draw, 2), math.nan, *falling(draw, 3)], [4, 2, 3]
    before = losses, losses, patiences, some_accuracies(draw, losses)
    table, *seen = answers(observe(arguments_after, losses, patiences, 0.01, before[-1]), 5)
    rows_of(table, patiences, f"losses {losses}, patiences {patiences}")
    names = ("val_losses of trace()", "val_losses of sweep()", "patiences", "val_accs")
    for name, was, now in zip(names, before, seen, strict=True):
        assert str(now) == str(was), f"{name} was {was} and is {now} afterwards"


@points(0.5, hint="Compare the lengths first; everything else trace() refuses for you, once you hand it on.")
def test_sweep_refuses(observe, draw):
    """sweep() refuses what trace() refuses, and accuracies of another length."""
    curve, acc = valley(draw, 2, 1), round(float(draw.uniform(0.3, 0.9)), 3)
    observe.refuses(
        sweep_once,
        bad=[
            (curve, [3, 2], 0.0, [acc] * 2), (curve, [3, 2], 0.0, [acc] * 4), (curve, [3, 2], 0.0, []),
            ([], [2], 0.0, None), (curve, [2, 0], 0.0, None), (curve, [2, 3], -0.1, None),
        ],
        good=[(curve, [3, 2], 0.0, [acc] * 3), (curve, [2], 0.1, None)],
        error=ValueError,
        what="sweep(val_losses, patiences, min_delta, val_accs)",
    )  # fmt: skip
