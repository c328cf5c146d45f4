"""ex20, second half: batches are moved to the device "meta", which every machine has."""

import numpy as np
from batches import move, move_kinds, move_named, move_one, move_rest, pass_through

from grader.suite import Opaque, Raised, answers, close, normal, points, same


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
    return part if tensor else f"a {part.type if isinstance(part, Opaque) else type(part).__name__}"


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
            close(seen["values"], numbers, f"{on('cpu', expected)}, moved to the cpu: numbers", rtol=0, atol=0)
    tensor, other = normal(draw, 2, 3), normal(draw, 4)
    seen = observe(move_kinds, tensor, other)
    same(seen["bfloat16"], "tensor [2, 3] bfloat16 on meta", "a bfloat16 tensor, moved to meta")
    for name, what in (("nn.Parameter", "an nn.Parameter"), ("requires a gradient", "a tensor that requires grad")):
        same(seen[name], on("meta", tensor), f"{what}, moved to meta")
    told = "a tensor of shape [2, 3] that was moved, then got other data of shape [4], and was moved again"
    same(seen["exchanged"], on("meta", other), told, "Keep no tensor of one call for the next.")


@points(2, hint="A list, a tuple or a dict comes back as one of the same type, with every part moved.")
def test_keeps_structure_and_types(observe, draw):
    """A list, tuple or dict of tensors keeps its structure and type."""
    a, b, c, d = (some_tensor(draw, dtype) for dtype in ("float32", "int64", "float32", "bool"))
    batches = [[a, b], (b, c), {"x": c, "y": d}, [c], (a,), {3: a, "m": b}, [a, b, c, d]]
    cases = [(batch, device) for batch in batches for device in ("meta", "cpu")]
    for (batch, device), seen in zip(cases, moves(observe, move, cases), strict=True):
        compare(seen["moved"], on(device, batch), "batch")
        if device == "cpu":
            close(seen["values"], batch, "moved to the cpu, the numbers", rtol=0, atol=1e-12)
    wanted = [on("meta", batch) for batch in ([a, b], (a, b), {"x": a, "y": b})]
    for seen, expected in zip(answers(observe(move_rest, a, b), 3), wanted, strict=True):
        compare(seen, expected, "a batch whose first tensor is on the device already")


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
    """A named tuple keeps its type, whatever its fields are called."""
    a, b = some_tensor(draw), some_tensor(draw, "int64")
    names = [f"{word}{i}" for i, word in enumerate((some_word(draw), "x", some_word(draw)))]
    *kinds, moved = answers(observe(move_named, a, b, names), 3)
    fields = (f"Sample({', '.join(names)})", "Pair(x, y) inside another one")
    for seen, wanted, name in zip(kinds, fields, ("Sample", "Pair"), strict=True):
        found, right = answers(seen, 2)
        assert found == name, f"a named tuple {wanted} came back as a {found}"
        assert right, f"a named tuple {wanted} came back with another type, of the same name"
    compare(moved, on("meta", (a, (a, b), b)), f"a named tuple {fields[0]}")


@points(1, hint="Whatever is neither tensor nor container is returned as it came.")
def test_other_objects(observe, draw):
    """Strings, numbers and other objects pass through."""
    tensor, word, number = some_tensor(draw), some_word(draw), int(draw.integers(2, 99))
    seen = observe(pass_through, tensor, word, number)
    assert seen["type"] == "dict", f"a dict with other objects in it came back as a {seen['type']}"
    kinds = {
        "text": "str", "number": "int", "scale": "float", "flag": "bool", "none": "NoneType", "raw": "bytes",
        "set": "set", "range": "range", "array": "ndarray", "note": "Note", "record": "Record", "image": "Tensor",
        "list": "list", "mixed": "list",
    }  # fmt: skip
    for name, wanted in kinds.items():
        assert name in seen["kinds"], f"a {wanted} in a dict is gone, with its key {name!r}"
        right = wanted == "list" or seen["kinds"][name] == wanted  # whether a list stays one is another test's affair
        assert right, f"a {wanted} in a dict came back as a {seen['kinds'][name]}"
    values = {
        "text": word, "number": number, "scale": number / 8, "flag": True, "none": None, "raw": word.encode(),
        "list": [word, number], "range": list(range(number)),
        "array": list(range(number)),
    }  # fmt: skip
    if leaves(seen["values"].get("tensors")) == [on("meta", tensor)]:  # else no list is moved, in which words or not
        values["mixed"] = [word, on("meta", tensor)]
    for name, wanted in values.items():
        found = seen["values"].get(name)
        what = {"list": "a list of a text and a number", "mixed": "a list of a text and a tensor"}.get(name)
        assert what is None or len(leaves(found)) == 2, f"{what} came back as {found}"
        same(leaves(found), leaves(wanted), f"{what or f'the {kinds[name]}'} in a dict")
    for name, what in (("set", "a set"), ("note", "an object of your own"), ("record", "a dataclass object")):
        for found in seen["inside"][name]:
            told = f"{what} is handed back as it is: expected {on('cpu', tensor)} in it, saw {found}"
            assert found == on("cpu", tensor), told
    text = seen["text"]
    assert text == word + word, (
        f"an object of a class of its own is not the same object: expected {word * 2!r}, saw {text!r}"
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
        for left in seen["tensors"]:
            assert left.endswith("on cpu"), f"a tensor that you were given was itself changed: it is now {left}"
        compare(seen["given"], on("cpu", batch), "the batch that you were given, after the call")
        moved += [leaf for leaf in leaves(seen["moved"]) if isinstance(leaf, str) and leaf.endswith("on meta")]
    assert moved, "no tensor in any of 3 batches was moved"
