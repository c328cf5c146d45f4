"""Task `commit`: when a commit was made, from a loose object or from a pack file of git, without git.

{"loose": true} -> the stream is one loose object; {"at": offset} -> a pack file, whose object at that offset it is.
The answer: {"time": POSIX seconds of the committer}.
"""

import re
import zlib
from typing import IO, Any

from .options import Options
from .refusal import Refused

CAP = 1 << 20
CHAIN = 60
COMMIT, OFFSET_DELTA = 1, 6
COMMITTER = re.compile(rb"^committer [^\n]*> (\d{1,12}) [+-]\d{4}$", re.MULTILINE)


def answer(options: Options, stream: IO[bytes]) -> tuple[Any, bytes]:
    try:
        text = inflated(stream) if options.get("loose") else packed(stream, int(options["at"]), 0)
    except (zlib.error, IndexError, ValueError) as error:
        raise Refused(f"is no git object that can be read ({type(error).__name__})") from None
    found = COMMITTER.search(text.partition(b"\n\n")[0])
    if not found:
        raise Refused("is no commit")
    return {"time": int(found[1])}, b""


def inflated(stream: IO[bytes]) -> bytes:
    return zlib.decompressobj().decompress(stream.read(CAP), CAP)


def packed(stream: IO[bytes], at: int, depth: int) -> bytes:
    """The object at an offset of a pack; one stored as a difference is put together from its base."""
    if depth > CHAIN or at < 0:
        raise Refused("is stored in too many steps")
    stream.seek(at)
    byte = stream.read(1)[0]
    kind = byte >> 4 & 7
    while byte & 0x80:
        byte = stream.read(1)[0]
    if kind == COMMIT:
        return inflated(stream)
    if kind != OFFSET_DELTA:
        raise Refused("is no commit, or stored in a way that is not read")
    byte = stream.read(1)[0]
    back = byte & 0x7F
    while byte & 0x80:
        byte = stream.read(1)[0]
        back = (back + 1) << 7 | (byte & 0x7F)
    delta = inflated(stream)
    return patched(packed(stream, at - back, depth + 1), delta)


def patched(base: bytes, delta: bytes) -> bytes:
    """The base after git's copy and insert instructions."""
    at = 0
    for _ in range(2):  # two sizes, which the result shows anyway
        while delta[at] & 0x80:
            at += 1
        at += 1
    parts: list[bytes] = []
    while at < len(delta):
        order, at = delta[at], at + 1
        if not order & 0x80:
            parts.append(delta[at : at + order])
            at += order
            continue
        numbers = []
        for bits in (range(4), range(4, 7)):
            value = 0
            for place, bit in enumerate(bits):
                if order >> bit & 1:
                    value |= delta[at] << 8 * place
                    at += 1
            numbers.append(value)
        parts.append(base[numbers[0] : numbers[0] + (numbers[1] or 0x10000)])
        if sum(map(len, parts)) > CAP:
            raise Refused("is too large for a commit")
    return b"".join(parts)
