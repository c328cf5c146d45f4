"""When the last commit of a git checkout was made, read from its files: git itself would obey the checkout's config."""

import re
from contextlib import suppress
from pathlib import Path

from grader.base.errors import SubmissionError
from grader.base.regular import open_below, read_regular
from grader.disposable import ask

REFS_CAP = 4 << 20
INDEX_CAP = 64 << 20
PACKS = 50
SHA = re.compile(r"[0-9a-f]{40}")
HEAD_SIZE, FANOUT = 8, 256 * 4


def commit_time(root: Path, folders: tuple[str, ...]) -> float | None:
    """POSIX seconds of the commit that HEAD of the checkout `folders` below `root` points to; None if unreadable."""
    inside = (*folders, ".git")
    with suppress(OSError, SubmissionError, ValueError):
        sha = head(root, inside)
        return None if sha is None else committed(root, inside, sha)
    return None


def head(root: Path, inside: tuple[str, ...]) -> str | None:
    """The id of the commit that is checked out."""
    head = read_regular(root, (*inside, "HEAD"), REFS_CAP).decode("ascii").strip()
    if not head.startswith("ref: "):
        return head if SHA.fullmatch(head) else None
    name = head.removeprefix("ref: ")
    parts = name.split("/")
    if parts[0] != "refs" or any(part in ("", ".", "..") for part in parts):
        return None
    with suppress(OSError):
        loose = read_regular(root, (*inside, *parts), REFS_CAP).decode("ascii").strip()
        return loose if SHA.fullmatch(loose) else None
    packed = read_regular(root, (*inside, "packed-refs"), REFS_CAP).decode("utf-8", "replace")
    found = re.search(rf"^([0-9a-f]{{40}}) {re.escape(name)}$", packed, re.MULTILINE)
    return found[1] if found else None


def committed(root: Path, inside: tuple[str, ...], sha: str) -> float | None:
    """The time in the commit object, loose or packed."""
    objects = (*inside, "objects")
    with suppress(OSError):
        loose = read_regular(root, (*objects, sha[:2], sha[2:]), REFS_CAP)
        return float(ask("commit", {"loose": True}, loose)[0]["time"])
    names = sorted(path.name for path in root.joinpath(*objects, "pack").glob("*.idx"))
    for name in names[:PACKS]:
        at = offset(read_regular(root, (*objects, "pack", name), INDEX_CAP), bytes.fromhex(sha))
        if at is not None:
            file = open_below(root, (*objects, "pack"), name.removesuffix("idx") + "pack")
            with open(file, "rb") as pack:
                return float(ask("commit", {"at": at}, file=pack)[0]["time"])
    return None


def offset(index: bytes, sha: bytes) -> int | None:
    """Where an object lies in the pack, by its index of version 2; None if it is not in it."""
    if index[:HEAD_SIZE] != b"\xfftOc\0\0\0\2":
        return None
    count = int.from_bytes(index[HEAD_SIZE + FANOUT - 4 : HEAD_SIZE + FANOUT], "big")
    names = HEAD_SIZE + FANOUT
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        found = index[names + 20 * middle : names + 20 * middle + 20]
        if found == sha:
            at = names + 24 * count + 4 * middle
            place = int.from_bytes(index[at : at + 4], "big")
            return place if place < 1 << 31 else None
        low, high = (middle + 1, high) if found < sha else (low, middle)
    return None
