"""ex20, second half: batches are moved to the device "meta", which every machine has."""

from collections import namedtuple

import numpy as np
import torch

from grader.suite import Raised, answers, close, normal, points, same

Pair = namedtuple("Pair", "x y")


# ---- scenarios: run beside the learner's code and only report


class Note:
    """An object that is no tensor and no container."""

    def __init__(self, text):
        self.text = text


def described(batch):
    """The same structure with words in the place of tensors."""
    if isinstance(batch, torch.Tensor):
        return f"tensor {list(batch.shape)} {str(batch.dtype).removeprefix('torch.')} on {batch.device.type}"
    if isinstance(batch, dict):
        return {key: described(part) for key, part in batch.items()}
    if isinstance(batch, list):
        return [described(part) for part in batch]
    if isinstance(batch, tuple):
        return tuple(described(part) for part in batch)
    return batch


def move(module, batch, device):
    """The moved batch, its description, and the description of what the call left of the batch that it was given."""
    moved = module.to_device(batch, torch.device(device))
    return {"values": moved, "moved": described(moved), "given": described(batch)}


def move_one(module, tensor, scalar, device):
    """One tensor, without dimensions if `scalar`."""
    return move(module, tensor.flatten()[0] if scalar else tensor, device)


def move_pairs(module, a, b, word):
    """A named tuple and one inside a list, with their types' names and fields."""
    moved = module.to_device(Pair(a, [word, Pair(y=b, x=(word,))]), torch.device("meta"))
    kinds = [type(moved).__name__]
    inner = moved[1][1]
    kinds.append(type(inner).__name__)
    return {"kinds": kinds, "moved": described(moved), "fields": [getattr(inner, "x", None), described(inner[1])]}


def pass_through(module, tensor, word, number):
    """What became of parts that are no tensors, beside one tensor; the object's text changes after the call."""
    note = Note(word)
    parts = {
        "text": word, "number": number, "scale": number / 8, "flag": True, "none": None, "raw": word.encode(),
        "set": {word}, "range": range(number), "array": np.arange(number), "note": note,
    }  # fmt: skip
    moved = module.to_device({**parts, "image": tensor, "list": [word, number]}, torch.device("meta"))
    alone = [module.to_device(part, torch.device("meta")) for part in (word, number, None)]
    note.text = word + word
    kinds = {name: type(moved[name]).__name__ for name in parts}
    values = {name: moved[name] for name in ("text", "number", "scale", "flag", "none", "raw", "list")}
    values |= {name: list(moved[name]) for name in ("set", "range") if isinstance(moved[name], (set, range))}
    values["array"] = moved["array"].tolist() if isinstance(moved["array"], np.ndarray) else None
    values["note"] = getattr(moved["note"], "text", None)
    return {"kinds": kinds, "values": values, "image": described(moved["image"]), "alone": alone}


# ---- the examiner's side


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
    tensor = isinstance(part, str) and part.startswith("tensor ")
    return part if tensor else f"a {type(part).__name__}"


def compare(seen, expected, place):
    """Two descriptions agree, part by part, types of containers included."""
    container = isinstance(expected, (dict, list, tuple))
    assert not container or type(seen) is type(expected), f"{place}: {kind(expected)} came back as {kind(seen)}"
    if isinstance(expected, dict):
        assert seen.keys() == expected.keys(), f"{place}: expected the keys {list(expected)}, saw {list(seen)}"
        for key in expected:
            compare(seen[key], expected[key], f"{place}[{key!r}]")
    elif container:
        assert len(seen) == len(expected), f"{place}: expected {len(expected)} parts, saw {len(seen)}"
        for i, (part, wanted) in enumerate(zip(seen, expected, strict=True)):
            compare(part, wanted, f"{place}[{i}]")
    else:
        assert seen == expected, f"{place}: expected {expected!r}, saw {seen!r}"


def leaves(batch):
    """What stands in a nested description, from left to right, whatever the containers are."""
    if isinstance(batch, (dict, list, tuple)):
        parts = batch.values() if isinstance(batch, dict) else batch
        return [leaf for part in parts for leaf in leaves(part)]
    return [batch]


def moves(observe, scenario, cases):
    """What the scenario saw in each case."""
    seen = answers(observe.each(scenario, cases), len(cases))
    for case, answer in zip(cases, seen, strict=True):
        if isinstance(answer, Raised):
            observe(scenario, *case)
    return seen


def some_tensor(draw, dtype="float32"):
    shape = draw.integers(1, 4, int(draw.integers(1, 4)))
    numbers = normal(draw, *shape) if dtype.startswith("float") else draw.integers(0, 9, shape)
    return numbers.astype(dtype)


def some_word(draw):
    return "".join(draw.choice(list("abcdef"), 5))


@points(1, hint="`tensor.to(device)` makes a new tensor: hand that one back.")
def test_tensor_moves(observe, draw):
    """A tensor moves to the device, with its shape, dtype and numbers."""
    tensors = [some_tensor(draw, dtype) for dtype in ("float32", "float64", "float16", "int64", "uint8", "bool")]
    cases = [(tensor, scalar, device) for tensor in tensors for scalar in (False, True) for device in ("meta", "cpu")]
    for (tensor, scalar, device), seen in zip(cases, moves(observe, move_one, cases), strict=True):
        expected = tensor.flatten()[:1].reshape(()) if scalar else tensor
        same(seen["moved"], on(device, expected), f"{on('cpu', expected)}, moved to {device}")
        if device == "cpu":
            numbers = expected.item() if scalar else expected
            close(seen["values"], numbers, f"{on('cpu', expected)}, moved to the cpu: numbers", 0, 0)


@points(2, hint="A list, a tuple or a dict comes back as one of the same type, with every part moved.")
def test_keeps_structure_and_types(observe, draw):
    """A list, tuple or dict of tensors keeps its structure and type."""
    a, b, c, d = (some_tensor(draw, dtype) for dtype in ("float32", "int64", "float32", "bool"))
    batches = [[a, b], (b, c), {"x": c, "y": d}, [c], (a,), {3: a, "m": b}, [a, b, c, d]]
    cases = [(batch, device) for batch in batches for device in ("meta", "cpu")]
    for (batch, device), seen in zip(cases, moves(observe, move, cases), strict=True):
        compare(seen["moved"], on(device, batch), "batch")
        if device == "cpu":
            close(seen["values"], batch, "moved to the cpu, the numbers", 0, 1e-12)


@points(1, hint="The parts of a container are batches again: the function calls itself.")
def test_nested_batches(observe, draw):
    """Every tensor of a nested batch is moved, however deep it lies."""
    a, b, c, d, e, f = (some_tensor(draw, dtype) for dtype in ("float32", "int64") * 3)
    batches = [
        [{"x": (a, [b, c]), 7: d}, (e, {"z": [f]})],
        ((a,), [[b]], {"k": {"l": c}}),
        {"deep": [[[[(d,)]]]], "empty": [[], (), {}], "pair": ((e, f), [a])},
    ]
    cases = [(batch, "meta") for batch in batches]
    for (batch, _), seen in zip(cases, moves(observe, move, cases), strict=True):
        found, expected = sorted(map(str, leaves(seen["moved"]))), sorted(leaves(on("meta", batch)))
        assert found == expected, f"batch {on('cpu', batch)}: expected {expected} in it, saw {found}"


@points(1, hint="A named tuple takes its parts one by one, `type(batch)(*parts)`; it is the tuple with `_fields`.")
def test_named_tuples(observe, draw):
    """A named tuple keeps its type."""
    a, b, word = some_tensor(draw), some_tensor(draw, "int64"), some_word(draw)
    seen = observe(move_pairs, a, b, word)
    for name in answers(seen["kinds"], 2):
        assert name == "Pair", f"a named tuple Pair(x, y) came back as a {name}"
    expected = on("meta", (a, [word, ((word,), b)]))
    same(leaves(seen["moved"]), leaves(expected), "Pair(x=tensor, y=[text, Pair(...)]), its parts from left to right")
    same(leaves(seen["fields"]), leaves(expected)[2:], "fields x and y of the inner Pair")


@points(1, hint="Whatever is neither tensor nor container is returned as it came.")
def test_other_objects(observe, draw):
    """Strings, numbers and other objects pass through."""
    tensor, word, number = some_tensor(draw), some_word(draw), int(draw.integers(2, 99))
    seen = observe(pass_through, tensor, word, number)
    kinds = {
        "text": "str", "number": "int", "scale": "float", "flag": "bool", "none": "NoneType", "raw": "bytes",
        "set": "set", "range": "range", "array": "ndarray", "note": "Note",
    }  # fmt: skip
    for name, wanted in kinds.items():
        assert seen["kinds"].get(name) == wanted, f"a {wanted} in a dict came back as a {seen['kinds'].get(name)}"
    values = {
        "text": word, "number": number, "scale": number / 8, "flag": True, "none": None, "raw": word.encode(),
        "list": [word, number], "set": [word], "range": list(range(number)), "array": list(range(number)),
    }  # fmt: skip
    for name, wanted in values.items():
        same(leaves(seen["values"].get(name)), leaves(wanted), f"the {kinds.get(name, name)} in a dict")
    note = seen["values"]["note"]
    assert note == word + word, (
        f"an object of a class of its own is not the same object: expected {word * 2!r}, saw {note!r}"
    )
    same(leaves(seen["alone"]), [word, number, None], "a string, a number and None that are the whole batch")
    same(seen["image"], on("meta", tensor), "the tensor beside them")


@points(1, hint="Build a new container; never write into the one that you were given.")
def test_batch_stays_as_it_was(observe, draw):
    """The batch itself stays as it was."""
    a, b, c = (some_tensor(draw) for _ in range(3))
    batches = [[a, b], {"x": a, "y": c}, {"x": [a, {"y": b}], "z": (c, [a])}]
    cases = [(batch, "meta") for batch in batches]
    moved = []
    for (batch, _), seen in zip(cases, moves(observe, move, cases), strict=True):
        compare(seen["given"], on("cpu", batch), "the batch that you were given, after the call")
        moved += [leaf for leaf in leaves(seen["moved"]) if isinstance(leaf, str) and leaf.endswith("on meta")]
    assert moved, "no tensor in any of 3 batches was moved"
