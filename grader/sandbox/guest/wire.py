"""What crosses the border between examiner and examinee: frames of plain data, never code, never a pickle.

A frame is a 4-byte big-endian length, a JSON header of that length, then raw blocks of bytes. In the header a container
is a JSON list whose first item says what it is: `l` list, `t` tuple, `d` dict, `y` bytes, `a` array, `o` opaque, `r`
raised. Arrays are NumPy arrays on the examiner's side and torch tensors on the examinee's. The reader trusts nothing:
every length is checked against the bytes that arrived before anything is allocated.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

BROKE_DOWN = 70  # exit code of an examinee that could give no answer and no reason
KEYS = (str, int, float, type(None))  # bool is an int; hashes of others can be forged to collide
MAX_DEPTH = 16
MAX_NODES = 1_000_000
MAX_HEADER = 16 << 20
MAX_TEXT = 200_000
MAX_MESSAGE = 4000
MAX_NAME = 200
DTYPES = frozenset(
    "bool uint8 int8 int16 int32 int64 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)
BFLOAT16 = "bfloat16"


class Bfloat16(np.ndarray):
    """float32 numbers of a bfloat16 tensor, a type that NumPy lacks; what is computed of them is a plain array."""

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(array)
        return plain[()] if plain.ndim == 0 else plain


class WireError(ValueError):
    """Bytes that are not a frame, or a value too large to become one."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is not plain data: its type's name and a short text, both inert."""

    type: str
    text: str

    def __repr__(self) -> str:
        return f"<{self.type}: {self.text}>" if self.text else f"<{self.type}>"


@dataclass(frozen=True)
class Raised:
    """An exception described in plain data: class names along its MRO, message, frames of the learner's own file."""

    kinds: tuple[str, ...]
    message: str
    frames: tuple[tuple[str, int, str, str], ...] = field(default=())

    def is_a(self, *errors: type[BaseException] | str) -> bool:
        """Whether the exception was an instance of one of `errors` (classes, or dotted names)."""
        names = {e if isinstance(e, str) else f"{e.__module__}.{e.__qualname__}" for e in errors}
        return bool(names & set(self.kinds))

    def __repr__(self) -> str:
        return f"{self.kinds[0].rpartition('.')[2] if self.kinds else 'error'}: {self.message}"


class Packer:
    """Turns a value into a frame. `tensor` tells how to see a foreign object as a NumPy array (None: not one)."""

    def __init__(self, tensor: Callable[[Any], Any] | None = None, limit: int = 64 << 20) -> None:
        self.tensor = tensor
        self.limit = limit
        self.blocks: list[Any] = []
        self.size = 0
        self.nodes = 0

    def frame(self, value: Any) -> bytes:
        """The whole frame; WireError if it would exceed the limit."""
        header = json.dumps(self.node(value, 0), separators=(",", ":")).encode("ascii")
        check_header(header)
        if len(header) + self.size > self.limit:
            raise WireError(f"the answer is larger than {self.limit >> 20} MB")
        return b"".join([len(header).to_bytes(4, "big"), header, *self.blocks])

    def block(self, data: Any, length: int) -> int:
        start = self.size
        self.size += length
        if self.size > self.limit:
            raise WireError(f"the answer is larger than {self.limit >> 20} MB")
        self.blocks.append(data)
        return start

    def node(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise WireError(f"the answer has more than {MAX_NODES} parts")
        if value is None or value is True or value is False:
            return value
        if isinstance(value, int):
            whole = int.__index__(value)
            return whole if whole.bit_length() <= 64 else opaque(value, "an integer of more than 64 bits")
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, str):
            return str.__str__(value[:MAX_TEXT])
        if isinstance(value, (bytes, bytearray)):
            return ["y", self.block(bytes(value), len(value)), len(value)]
        if depth >= MAX_DEPTH:
            return opaque(value, "nested too deeply")
        if isinstance(value, Raised):
            return ["r", list(value.kinds), value.message, [list(f) for f in value.frames]]
        if isinstance(value, Opaque):
            return ["o", value.type, value.text]
        if isinstance(value, list):
            return ["l", *(self.node(item, depth + 1) for item in list.__iter__(value))]
        if isinstance(value, tuple):
            return ["t", *(self.node(item, depth + 1) for item in tuple.__iter__(value))]
        if isinstance(value, dict):
            flat: list[Any] = ["d"]
            for key, item in list(dict.items(value)):
                if not isinstance(key, KEYS):
                    raise WireError(f"a dict's keys must be str, int, float, bool or None, not {type(key).__name__}")
                flat += [self.node(key, depth + 1), self.node(item, depth + 1)]
            return flat
        return self.array(value)

    def array(self, value: Any) -> Any:
        if isinstance(value, np.generic):
            value = np.asarray(value)
        if not isinstance(value, np.ndarray):
            seen = self.tensor(value) if self.tensor else None
            if seen is None or isinstance(seen, Opaque):
                return ["o", seen.type, seen.text] if seen else opaque(value)
            value = seen
        narrow = isinstance(value, Bfloat16) and value.dtype == np.float32
        dtype = BFLOAT16 if narrow else value.dtype.name
        if dtype not in DTYPES and not narrow:
            return opaque(value, f"array of dtype {dtype}")
        if value.ndim == 0 and value.dtype.kind in "biuf":
            return value.item()
        if value.size * value.itemsize > self.limit:
            raise WireError(f"the answer is larger than {self.limit >> 20} MB")
        flat = np.ascontiguousarray(value)
        return ["a", dtype, list(value.shape), self.block(flat.tobytes(), flat.nbytes)]


def opaque(value: Any, text: str | None = None) -> list[str]:
    """The header node of an Opaque; the text comes from `repr` unless given, and never raises."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"[:MAX_NAME]
    if text is None:
        try:
            text = str(repr(value))[:MAX_NAME]
        except BaseException:  # noqa: BLE001  a hostile __repr__ may raise anything
            text = "its repr() raised"
    return ["o", name, text]


def pack(value: Any, tensor: Callable[[Any], Any] | None = None, limit: int = 64 << 20) -> bytes:
    """The frame of `value`."""
    return Packer(tensor, limit).frame(value)


def unpack(frame: bytes | bytearray, tensor: Callable[[Any], Any] | None = None) -> Any:
    """The value of a frame; WireError for anything malformed. `tensor` turns arrays into the reader's own kind."""
    if len(frame) < 4:
        raise WireError("no frame")
    length = int.from_bytes(frame[:4], "big")
    if length > len(frame) - 4:
        raise WireError("the frame is cut short")
    header = bytes(frame[4 : 4 + length])
    check_header(header)
    try:
        reader = Reader(memoryview(frame)[4 + length :], tensor)
        value = reader.value(json.loads(header.decode("ascii"), parse_int=small_int), 0)
    except WireError:
        raise
    except (ValueError, TypeError, IndexError, KeyError, RecursionError, MemoryError, OverflowError) as error:
        raise WireError(f"not a frame ({type(error).__name__})") from None
    if reader.left:
        raise WireError("there are bytes that belong to no part of the answer")
    return value


def extent(answer: bytes | bytearray) -> tuple[int, int]:
    """Where the frame behind an examinee's signs starts and ends; (0, 0) while that is open, (0, -1) if none can be."""
    start = 3 if answer[2:3] == b"i" else 2
    if answer[:2] != b"+s" or len(answer) <= start:
        return 0, 0
    if answer[start : start + 1] != b"a":
        return 0, -1
    start += 9
    return (start, start + int.from_bytes(answer[start - 8 : start], "little")) if len(answer) >= start else (0, 0)


def check_header(header: bytes) -> None:
    """Bounds what parsing a header may cost: an empty list takes 3 bytes in it and 64 in memory, a short text 5."""
    if len(header) > MAX_HEADER or parts_of(header) > MAX_NODES:
        raise WireError("the answer has too many parts")


def parts_of(header: bytes) -> int:
    """How many values a header holds at most: brackets, and what commas part (those inside texts count as well)."""
    return header.count(b"[") + header.count(b"{") + header.count(b",")


def small_int(text: str) -> int:
    if len(text) > 21:
        raise WireError("an integer of more than 64 bits")
    return int(text)


def clean(text: Any, cap: int) -> str:
    """At most `cap` characters of a str, without lone surrogates, which no terminal or file could take."""
    if not isinstance(text, str):
        raise WireError("text expected")
    return text[:cap].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Reader:
    """Turns a parsed header into the value; `left` counts the bytes of blocks that no part of it has taken yet."""

    def __init__(self, blocks: memoryview, tensor: Callable[[Any], Any] | None) -> None:
        self.blocks = blocks
        self.tensor = tensor
        self.left = len(blocks)

    def value(self, node: Any, depth: int) -> Any:
        if node is None or isinstance(node, (bool, int, float)):
            return node
        if isinstance(node, str):
            return clean(node, MAX_TEXT)
        if not isinstance(node, list) or not node or depth > MAX_DEPTH:
            raise WireError("not a frame")
        tag, rest = node[0], node[1:]
        if tag in ("l", "t"):
            items = [self.value(item, depth + 1) for item in rest]
            return items if tag == "l" else tuple(items)
        if tag == "d":
            if any(isinstance(key, list) for key in rest[::2]):
                raise WireError("a dict's keys must be str, int, float, bool or None")
            keys = [self.value(key, depth + 1) for key in rest[::2]]
            return dict(zip(keys, (self.value(item, depth + 1) for item in rest[1::2]), strict=True))
        if tag == "o":
            return Opaque(clean(rest[0], MAX_NAME), clean(rest[1], MAX_NAME))
        if tag == "r":
            frames = tuple(
                (clean(file, MAX_NAME), int(line), clean(where, MAX_NAME), clean(text, MAX_NAME))
                for file, line, where, text in rest[2][:64]
            )
            return Raised(tuple(clean(kind, MAX_NAME) for kind in rest[0][:64]), clean(rest[1], MAX_MESSAGE), frames)
        if tag == "y":
            return bytes(self.block(rest[0], rest[1]))
        if tag == "a":
            return self.array(*rest)
        raise WireError("not a frame")

    def block(self, start: Any, length: Any) -> memoryview:
        if type(start) is not int or type(length) is not int or start < 0 or not 0 <= length <= self.left:
            raise WireError("a block lies outside the frame")
        if start + length > len(self.blocks):
            raise WireError("a block lies outside the frame")
        self.left -= length
        return self.blocks[start : start + length]

    def array(self, name: Any, shape: Any, start: Any) -> Any:
        if (
            (name not in DTYPES and name != BFLOAT16)
            or len(shape) > 32
            or any(type(n) is not int or n < 0 for n in shape)
        ):
            raise WireError("an array of an unknown form")
        dtype = np.dtype(np.float32 if name == BFLOAT16 else name)
        data = self.block(start, math.prod(shape) * dtype.itemsize)
        array = np.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
        if self.tensor is not None:
            return self.tensor(array)
        return array.view(Bfloat16) if name == BFLOAT16 else array
