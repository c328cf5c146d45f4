"""What a task may be asked for, beside the stream that it reads."""

from typing import Literal, TypedDict


class Options(TypedDict, total=False):
    """Of `archive`: what to do, indices of members, most bytes of each; of `commit`: a loose object, or the offset in a
    pack; of `notebook`: the exercise's file, its key and the text of its stub.
    """

    do: Literal["list", "read"]
    members: list[int]
    cap: int
    loose: bool
    at: int
    file: str
    key: str
    stub: str
