"""ex47, checkpointed: against the plain loop from the same state of the generator."""

import numpy as np
from blocks import checkpointed, compare, drawn, kept, plain
from torch import nn

from grader.suite import answers, close, normal, points, require, same

# ---- scenarios: run beside the learner's code and only report


def of_blocks(module, count, x):
    module.checkpointed([nn.Linear(3, 3) for _ in range(count)], x)


# ---- the examiner's side


@points(
    3, hint="Run every block again in backward, under enable_grad, and ask for gradients of its input and parameters."
)
def test_same_gradients(observe, neutral, draw):
    """Output and gradients are those of the plain loop."""
    setting = drawn(draw, neutral)
    compare(observe, neutral, setting, what="4 blocks without dropout")
    compare(observe, neutral, setting, how="module list", what="4 blocks in a ModuleList")


@points(
    2, hint="Of a block nothing but its input may be saved: no graph of its inside, no output beside the next input."
)
def test_fewer_bytes(observe, neutral, draw):
    """Before backward no more is kept than the blocks' inputs."""
    batch = int(draw.integers(10, 20))
    for count, width, inner, n, needs in (
        (6, 32, 128, 16, True), (3, 8, 40, batch, True), (1, 8, 40, batch, True), (3, 8, 40, batch, False),
    ):  # fmt: skip
        setting = drawn(draw, neutral, count, width, inner, n)
        weights, x, pull, start = setting
        size, output, grads = answers(observe(kept, weights, x, start, needs), 3)
        inputs = count * n * width * 4
        whole = count * n * (2 * width + inner) * 4
        why = " (as much as the plain loop)" if size == whole else ""
        told = f"{count} {'blocks' if count > 1 else 'block'} of width {width}, batch {n}"
        told += f"{'' if needs else ', x without gradient'}: {size} bytes are kept, the inputs are {inputs}{why}"
        require(size <= 1.25 * inputs, told)
        right = answers(neutral(plain, weights, x, np.ones_like(pull), start, 0.5, "plain", needs), 5)
        close(output, right[0], "the output", rtol=1e-4, atol=1e-5)
        if not needs:
            continue  # whether the weights get gradients then is judged elsewhere
        require(all(g is not None for g in grads), "the backward pass brings some weights no gradient")
        require(np.abs(grads[-2]).max() > 0, "the backward pass brings the last block's weights a gradient of 0")


@points(2, hint="Keep `torch.get_rng_state()` of each block's first run, and set it before its second one.")
def test_same_masks(observe, neutral, draw):
    """The second run has the first one's dropout masks."""
    for rate in (0.5, 0.2):
        compare(observe, neutral, drawn(draw, neutral), rate, what=f"4 blocks, dropout {rate}")
    seen, right = compare(observe, neutral, drawn(draw, neutral), 0.5, "shared", parts=())
    if np.shape(seen[0]) == np.shape(right[0]) and np.allclose(seen[0], right[0], atol=1e-5):  # else judged elsewhere
        what = "block 0 at places 0 and 2, dropout 0.5: the gradient of x (a second run dropped other units)"
        close(answers(seen[1], len(right[1]))[0], right[1][0], what, rtol=1e-4, atol=1e-5)


@points(1, hint="Note where the generator stands before the second run, and put it back there afterwards.")
def test_generator_afterwards(observe, neutral, draw):
    """The global generator is left where the plain loop leaves it."""
    setting = drawn(draw, neutral)
    seen, right = compare(observe, neutral, setting, 0.5, what="dropout 0.5", parts=("output",))
    for name, found, wanted in zip(("forward", "backward"), answers(seen[2], 2), right[2], strict=True):
        close(found, wanted, f"dropout 0.5: torch.rand(3) after {name}, against the plain loop", rtol=1e-6, atol=1e-7)
    ran = [sorted(calls) for calls in answers(seen[3], 2)]
    require(ran[0] == [0, 1, 2, 3], f"the blocks that ran in forward: expected each of 4 once, saw {ran[0]}")
    require(ran[1], "no block ran in backward, so nothing was put back")


@points(1, hint="`use_reentrant=False`; an own Function gets the parameters as inputs, so that its output has a graph.")
def test_input_without_gradient(observe, neutral, draw):
    """An input that needs no gradient is no obstacle."""
    compare(observe, neutral, drawn(draw, neutral), needs=False, what="x requires no gradient", parts=("gradients",))


@points(1.5, hint="Ask for gradients only of what requires one, and add up what a block gets at its places.")
def test_other_blocks(observe, neutral, draw):
    """Frozen parameters, a block at two places, eval mode, float64 and a single block work too; x stays as it is."""
    for how, needs, what in (
        ("frozen", True, "block 0 and a bias of block 1 frozen"),
        ("frozen", False, "block 0 frozen, x without gradient"),
        ("shared", True, "block 0 at places 0 and 2"), ("eval", True, "blocks in eval mode"),
    ):  # fmt: skip
        rate = 0.5 if how == "eval" else 0.0
        seen, right = compare(observe, neutral, drawn(draw, neutral), rate, how, needs, what)
        for i, (found, wanted) in enumerate(zip(answers(seen[1], len(right[1])), right[1], strict=True)):
            told = f"{what}: {'something frozen' if i else 'x, which requires none,'} has got a gradient"
            require(wanted is not None or found is None, told)
        same(seen[4], right[4], f"{what}: x after the call")
    compare(observe, neutral, drawn(draw, neutral, count=1), what="a single block")
    seen, right = compare(observe, neutral, drawn(draw, neutral), how="double", what="float64 blocks and x")
    kinds = [np.asarray(one).dtype for one in (seen[0], right[0])]
    require(kinds[0] == kinds[1], f"float64 blocks and x: the output is {kinds[0]}, the plain loop's is {kinds[1]}")


@points(
    1.5, hint="One checkpoint for each block: around all of them together, backward would hold all insides at once."
)
def test_one_block_at_a_time(observe, neutral, draw):
    """Backward runs one block at a time, the last one first."""
    # verify: ignores nan, stretched (it looks at the order of the calls only)
    count = int(draw.integers(3, 7))
    setting = drawn(draw, neutral, count)
    seen = answers(observe(checkpointed, *setting, 0.0, "plain", True), 5)
    forward, backward = answers(seen[3], 2)
    once = list(range(count))
    require(forward == once, f"the blocks that ran in forward: expected {once}, saw {forward}")
    why = " (one checkpoint for all holds all insides at once)" if backward == forward else ""
    require(backward == once[::-1], f"the blocks that ran in backward{why}: expected {once[::-1]}, saw {backward}")


@points(0.5, hint="`if not blocks: raise ValueError`.")
def test_no_blocks(observe, draw):
    """No blocks are refused."""
    x = normal(draw, 2, 3)
    observe.refuses(of_blocks, [(0, x)], [(1, x), (2, x)], ValueError, "checkpointed: number of blocks, x")
