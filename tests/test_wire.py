"""What crosses the border: every plain value survives the journey, and no bytes can hurt the reader."""

import json
import math
from typing import Any

import numpy as np
import pytest

from grader.sandbox.guest import wire
from grader.sandbox.guest.wire import Opaque, Raised, WireError, pack, unpack

RAISED = Raised(("builtins.ValueError", "builtins.Exception"), "no", (("a.py", 3, "f", "f(x)"),))
VALUES = {
    "nothing": None,
    "truth": [True, False],
    "numbers": [0, -1, 2**63 - 1, -(2**63), 0.1, 1e300],
    "text": ["", "é", "\u202e", "a\nb\0"],
    "bytes": [b"", b"\0\xff"],
    "containers": [[], (), {}, [[1], (2,), {"a": [3]}]],
    "keys": {None: 1, True: 2, 7: 3, 0.5: 4, "a": 5},
    "opaque": Opaque("torch.Tensor", "sparse"),
    "raised": RAISED,
}


@pytest.mark.parametrize("key", [(1, "b"), b"c", frozenset()])
def test_keys_whose_hashes_can_be_forged_are_refused(key: object) -> None:
    """A dict's keys are texts and numbers: tuples with one hash would cost the reader time squared."""
    with pytest.raises(wire.WireError, match="keys must be"):
        wire.pack({key: 1})
    with pytest.raises(wire.WireError, match="keys must be"):
        wire.unpack(forged(b'["d",["t",1,2],0]'))


@pytest.mark.parametrize("name", VALUES)
def test_plain_values_survive(name: str) -> None:
    """Plain values come back as they went, of exactly the same types."""
    value = VALUES[name]
    back = unpack(pack(value))

    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 4), (1, 1, 1)])
def test_arrays_survive(dtype: str, shape: tuple[int, ...]) -> None:
    """Arrays of every known type come back with type, shape and numbers, and may be written to."""
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    back = unpack(pack([array, {"again": array.T}]))

    assert back[0].dtype == array.dtype
    np.testing.assert_array_equal(back[0], array)
    np.testing.assert_array_equal(back[1]["again"], array.T)
    back[0][...] = 1


def test_nan_and_infinity_survive() -> None:
    """The floats that JSON lacks come back as what they were."""
    nan, infinity, array = unpack(pack([math.nan, -math.inf, np.array([math.nan, math.inf])]))

    assert math.isnan(nan)
    assert infinity == -math.inf
    np.testing.assert_array_equal(array, [math.nan, math.inf])


def test_a_number_without_dimensions_is_a_number() -> None:
    """Arrays of no dimension and NumPy's scalars arrive as Python's numbers."""
    back = unpack(pack([np.float64(0.5), np.int64(3), np.bool_(True), np.array(2)]))

    assert back == [0.5, 3, True, 2]
    assert [type(number) for number in back] == [float, int, bool, int]


def test_foreign_objects_become_what_the_reader_wants() -> None:
    """`tensor` decides how a foreign object is seen on the way out, and what arrays turn into on the way in."""

    class Tensor:
        def __init__(self, numbers: Any) -> None:
            self.numbers = np.asarray(numbers)

    frame = pack([Tensor([1, 2])], lambda value: value.numbers if isinstance(value, Tensor) else None)

    np.testing.assert_array_equal(unpack(frame)[0], [1, 2])
    assert isinstance(unpack(frame, Tensor)[0], Tensor)


# What the sender makes of values that are not plain


class Liar(int):
    def __index__(self) -> int:
        return 4

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Text(str):
    def __str__(self) -> str:
        return "passed"


class Raises:
    def __repr__(self) -> str:
        raise SystemExit(0)


LOOP: list[Any] = []
LOOP.append(LOOP)


def test_subclasses_arrive_as_what_they_are_made_of() -> None:
    """A subclass of a plain type loses its methods: what arrives is exact, whatever its class says of itself."""

    class Words(list):  # type: ignore[type-arg]
        def __len__(self) -> int:
            return 10**9

        def __iter__(self) -> Any:
            raise SystemExit

    back = unpack(pack([Liar(77), Text("failed"), Words([1])]))

    assert repr(back) == "[77, 'failed', [1]]"
    assert [type(one) for one in back] == [int, str, list]


@pytest.mark.parametrize("value", [1 << 64, Raises(), object, np.array([{}]), np.array(["text"]), np.zeros(2, "M8[s]")])
def test_what_is_not_plain_is_named(value: Any) -> None:
    """A value that cannot travel arrives as an inert note of its type."""
    assert isinstance(unpack(pack([value]))[0], Opaque)


def test_depth_ends() -> None:
    """A value that holds itself is cut at a fixed depth."""
    back = unpack(pack(LOOP))
    for _ in range(wire.MAX_DEPTH):
        (back,) = back

    assert isinstance(back, Opaque)


TOO_MUCH = {
    "parts": [0] * (wire.MAX_NODES + 1),
    "references": [[[[[[0] * 10] * 10] * 10] * 10] * 10] * 10,
    "bytes": bytes((64 << 20) + 1),
    "arrays": [np.zeros(1 << 20)] * 9,
    "view": np.broadcast_to(np.zeros(1), (1 << 40,)),
    "texts": ["x" * wire.MAX_TEXT] * 100,
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused_before_it_is_built(name: str) -> None:
    """A value beyond the bounds is a WireError with the bound in it."""
    with pytest.raises(WireError, match=r"more than|larger than|too many"):
        pack(TOO_MUCH[name])


def test_long_text_is_cut() -> None:
    """A text arrives with at most its first MAX_TEXT characters, half characters replaced."""
    assert unpack(pack("x" * (2 * wire.MAX_TEXT))) == "x" * wire.MAX_TEXT
    assert unpack(pack("a\ud800b")) == "a\ufffdb"


# What the reader makes of bytes that no honest sender sent


def forged(header: Any, blocks: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(4, "big") + text + blocks


HOSTILE = {
    "empty": b"",
    "short": b"\0\0",
    "length alone": b"\xff\xff\xff\xff",
    "no JSON": forged(b"{]"),
    "not ASCII": forged('["l", "é"]'.encode()),
    "other encoding": forged('["l"]'.encode("utf-16")),
    "no text at all": forged(b"\xff\xfe\x00"),
    "object": forged({"l": []}),
    "no tag": forged([]),
    "strange tag": forged([["l"], 1]),
    "unknown tag": forged(["pickle", "gASVAAAA"]),
    "deep": forged(b"[" * 100_000 + b"]" * 100_000),
    "deeper than allowed": forged(json.loads('["l",' * 30 + "0" + "]" * 30)),
    "huge integer": forged(b"[" + b'"l",' + b"9" * 5000 + b"]"),
    "odd dict": forged(["d", "key"]),
    "key that cannot be one": forged(["d", ["l"], 1]),
    "opaque without text": forged(["o", 1, 2]),
    "raised without frames": forged(["r", [], ""]),
    "raised with a strange frame": forged(["r", [], "", [["a.py", "x", "", ""]]]),
    "raised with numbers": forged(["r", [1], "", []]),
    "unknown dtype": forged(["a", "object", [1], 0], b"\0" * 8),
    "dtype that is no name": forged(["a", ["O"], [1], 0], b"\0" * 8),
    "negative shape": forged(["a", "int8", [-1], 0], b"\0"),
    "true as a shape": forged(["a", "int8", [True], 0], b"\0"),
    "shape beyond its bytes": forged(["a", "float64", [2], 0], b"\0" * 8),
    "shape beyond all memory": forged(["a", "float64", [1 << 62, 1 << 62], 0]),
    "empty shape beyond all memory": forged(["a", "float64", [0, 1 << 62, 1 << 62], 0]),
    "too many dimensions": forged(["a", "int8", [1] * 40, 0], b"\0"),
    "shape that is no list": forged(["a", "int8", 1, 0], b"\0"),
    "block before the start": forged(["y", -1, 1], b"\0"),
    "block behind the end": forged(["y", 1, 1], b"\0"),
    "block of negative length": forged(["y", 0, -1], b"\0"),
    "the same bytes twice": forged(["l", ["y", 0, 8], ["y", 0, 8]], b"\0" * 8),
    "a second frame": pack([1]) + pack([2]),
    "bytes left over": pack([1]) + b"+",
    "too many lists": forged(b'["l"' + b',["l"]' * (wire.MAX_NODES + 1) + b"]"),
    "too long a header": forged(b'["l",' + b"1," * (wire.MAX_HEADER // 2) + b"1]"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_no_answer(name: str) -> None:
    """Whatever is not exactly one frame is a WireError, and nothing else happens."""
    with pytest.raises(WireError):
        unpack(HOSTILE[name])


def test_no_change_of_a_frame_gets_through_as_anything_else() -> None:
    """A frame with any one byte changed is either a plain value or a WireError."""
    frame = pack({"answers": [1, 0.5, "text", np.ones(2), RAISED, (None, True)]})
    draw = np.random.default_rng(0)
    for place in range(len(frame)):
        for byte in draw.integers(256, size=8):
            changed = bytearray(frame)
            changed[place] = byte
            try:
                unpack(changed)
            except WireError:
                continue


def test_forged_texts_are_cut() -> None:
    """An exception or a note that was forged with endless texts arrives with short ones."""
    text = "cuda " * 50_000
    raised, opaque, plain = unpack(
        forged(["l", ["r", [text] * 20, text, [[text, 7, text, text]]], ["o", text, text], text])
    )

    assert len(raised.message) == wire.MAX_MESSAGE
    assert {len(part) for part in (*raised.kinds, *raised.frames[0][:1], *raised.frames[0][2:])} == {wire.MAX_NAME}
    assert len(opaque.type) == len(opaque.text) == wire.MAX_NAME
    assert len(plain) == wire.MAX_TEXT
