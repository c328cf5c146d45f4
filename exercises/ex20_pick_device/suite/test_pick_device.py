"""ex20: the scenarios pretend which devices exist, and move batches to the device "meta", which every machine has."""

import sys
from types import ModuleType
from unittest.mock import Mock

import numpy as np
import torch

from grader.suite import Opaque, Raised, answers, close, normal, points

PRESENT = [(True, True), (True, False), (False, True), (False, False)]


# ---- scenarios: run beside the learner's code and only report


def pick(load, machines, without_mps=False):
    """The answer on each machine (cuda available, mps available), which changes between the calls. All is built."""
    cuda, mps = Mock(return_value=machines[0][0]), Mock(return_value=machines[0][1])
    torch.cuda.is_available = torch.cuda.device_count = cuda
    torch.cuda.current_device = Mock(return_value=0)
    torch.backends.cuda.is_built = Mock(return_value=True)
    if without_mps:
        old = ModuleType("torch.backends")
        old.cuda = torch.backends.cuda
        torch.backends = sys.modules["torch.backends"] = old
        sys.modules["torch.backends.mps"] = None
    else:
        torch.backends.mps.is_available = torch.mps.is_available = mps
        torch.backends.mps.is_built = Mock(return_value=True)
    module = load()
    seen = []
    for has_cuda, has_mps in machines:
        cuda.return_value, mps.return_value = has_cuda, has_mps
        device = module.pick_device()
        seen.append([device, str(device)])
    return seen


def described(batch):
    """The same structure with words in the place of tensors."""
    if isinstance(batch, torch.Tensor):
        return f"tensor {list(batch.shape)} {str(batch.dtype).removeprefix('torch.')} on {batch.device.type}"
    if type(batch) is dict:
        return {key: described(part) for key, part in batch.items()}
    if type(batch) in (list, tuple):
        return type(batch)(described(part) for part in batch)
    return batch


def move(module, batch, device):
    """The moved batch, its description, and the description of what the call left of the batch that it was given."""
    moved = module.to_device(batch, torch.device(device))
    return {"values": moved, "moved": described(moved), "given": described(batch)}


# ---- the examiner's side


def right_device(machine):
    return "cuda" if machine[0] else "mps" if machine[1] else "cpu"


def words(machine):
    return " and ".join([name for name, has in zip(("cuda", "mps"), machine, strict=True) if has]) or "neither"


def shuffled(draw):
    """All four machines twice, in random order."""
    return [PRESENT[i] for i in draw.permutation([*range(4), *range(4)])]


def check_devices(seen, machines):
    """Each answer names the right device, as a torch.device or by a string."""
    names = [text.removesuffix(":0") for _, text in (answers(pair, 2) for pair in answers(seen, len(machines)))]
    right = [right_device(machine) for machine in machines]
    frozen = len(set(names)) == 1 and names[0] == right[0] and len(set(right)) > 1
    assert not frozen, (
        f"{names[0]!r} was right at first, and came again after the machine had changed:"
        " the answer must be computed when called"
    )
    for machine, name, wanted in zip(machines, names, right, strict=True):
        why = ""
        if machine == (True, True):
            why = "; both present: cuda first"
        elif not machine[("cuda", "mps").index(name)] if name in ("cuda", "mps") else False:
            why = f"; {name} was built in, and built is not available"
        assert name == wanted, f"available: {words(machine)}; expected {wanted}, saw {name}{why}"


def on(device, batch):
    """What `described` has to say about a batch of the examiner after a move to the device."""
    if isinstance(batch, np.ndarray):
        return f"tensor {list(batch.shape)} {batch.dtype} on {device}"
    if isinstance(batch, dict):
        return {key: on(device, part) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(on(device, part) for part in batch)
    return batch


def kind(part):
    if isinstance(part, str) and part.startswith("tensor "):
        return part
    name = part.type.rpartition(".")[2] if isinstance(part, Opaque) else type(part).__name__
    return f"a {name}" if isinstance(part, (dict, list, tuple, Opaque)) else f"{part!r}"


def compare(seen, expected, place):
    """Two descriptions agree, part by part, types included."""
    assert type(seen) is type(expected), f"{place}: {kind(expected)} came back as {kind(seen)}"
    if isinstance(expected, dict):
        assert list(seen) == list(expected), f"{place}: expected the keys {list(expected)}, saw {list(seen)}"
        for key in expected:
            compare(seen[key], expected[key], f"{place}[{key!r}]")
    elif isinstance(expected, (list, tuple)):
        assert len(seen) == len(expected), f"{place}: expected {len(expected)} parts, saw {len(seen)}"
        for i, (part, wanted) in enumerate(zip(seen, expected, strict=True)):
            compare(part, wanted, f"{place}[{i}]")
    else:
        assert seen == expected, f"{place}: expected {expected!r}, saw {seen!r}"


def moves(observe, cases):
    """What `move` saw of each (batch, device)."""
    seen = answers(observe.each(move, cases), len(cases))
    for (batch, _), answer in zip(cases, seen, strict=True):
        assert not isinstance(answer, Raised), f"to_device of {on('cpu', batch)} raised {answer!r}"
    return seen


def some_tensor(draw):
    shape = draw.integers(1, 4, int(draw.integers(1, 4)))
    return draw.integers(0, 9, shape) if draw.random() < 0.3 else normal(draw, *shape)


def batches(draw):
    """From a single tensor to deeply nested ones, with tensors only."""
    a, b, c, d, e, f = (some_tensor(draw) for _ in range(6))
    return [
        a,
        [a, b],
        (b, c),
        {"x": c, "y": d},
        [{"x": (a, [b, c]), 7: d}, (e, {"z": [f]})],
        ((a,), [[b]], {"k": {"l": c}}),
    ]


@points(3, hint="Ask for cuda first, then for mps, inside the function; the last return is the cpu.")
def test_cuda_then_mps_then_cpu(observe, draw):
    """cuda first, then mps, then cpu."""
    machines = shuffled(draw)
    check_devices(observe(pick, machines), machines)


@points(1, hint='`torch.device("cuda")` makes a device of the name.')
def test_returns_a_torch_device(observe, draw):
    """The answer is a torch.device."""
    machines = shuffled(draw)
    seen = observe(pick, machines)
    for device, _ in (answers(pair, 2) for pair in answers(seen, len(machines))):
        right = isinstance(device, Opaque) and device.type == "torch.device"
        assert right, (
            f"expected torch.device, saw {type(device).__name__ if not isinstance(device, Opaque) else device}"
        )
    check_devices(seen, machines)


@points(2, hint='`getattr(torch.backends, "mps", None)` is None where there is none.')
def test_without_mps_in_torch(observe, draw):
    """No failure where torch.backends has no mps."""
    machines = [(bool(has), False) for has in draw.permutation([True, False, True, False])]
    check_devices(observe(pick, machines, without_mps=True), machines)


@points(3, hint="Three cases: a tensor, a container (of the same type again, with every part moved), anything else.")
def test_keeps_structure_and_types(observe, draw):
    """to_device moves every tensor and keeps structure and types."""
    cases = [(batch, device) for batch in batches(draw) for device in ("meta", "cpu")]
    for (batch, device), seen in zip(cases, moves(observe, cases), strict=True):
        compare(seen["moved"], on(device, batch), "batch")
        if device == "cpu":
            close(seen["values"], batch, "moved to the cpu, the numbers", 0, 0)


@points(2, hint="Build a new container; whatever is neither tensor nor container is returned as it came.")
def test_other_objects_and_the_batch_itself(observe, draw):
    """Strings and numbers pass through, and the batch itself stays as it was."""
    word, number = "".join(draw.choice(list("abcdef"), 5)), int(draw.integers(2, 99))
    a, b, c = (some_tensor(draw) for _ in range(3))
    batch = {
        "image": [a, word, (b, number, None)], "file": word, word: {"scale": number / 8, "flag": True, "raw": b"\x00"},
        "empty": [[], (), {}, ""], number: c,
    }  # fmt: skip
    cases = [(part, "meta") for part in (batch, [word, a], word, number)]
    for (part, _), seen in zip(cases, moves(observe, cases), strict=True):
        compare(seen["moved"], on("meta", part), "batch")
        compare(seen["given"], on("cpu", part), "the batch that you were given, after the call")
