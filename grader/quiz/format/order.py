"""The order in which things are shown: decided by a hash, so the same on every Python and every machine."""

import hashlib
from collections.abc import Callable
from typing import Protocol

_PINS = {"first": 0, None: 1, "last": 2}

Shown = tuple[tuple[str, str, str | None], ...]
"""(id, text, pin) of each thing."""


class Shows(Protocol):
    """A question, as far as its order goes."""

    @property
    def id(self) -> str: ...

    @property
    def mixes(self) -> bool: ...

    @property
    def shown(self) -> Shown: ...


def shown_order(question: Shows, quiz_id: str, seed: str) -> tuple[str, ...]:
    """The ids as one learner sees them; the seed is `learner|attempt`. Pinned ones keep their end."""
    return _sorted(question, lambda own_id, _: f"{seed}|{quiz_id}|{question.id}|{own_id}")


def by_hash(question: Shows) -> tuple[str, ...]:
    """The ids as a graded release stores them.

    Sorted by the hash of what the learner reads, not of the author's ids: with ids such as a, b, c, d and the key
    written first, an order made from the ids would give the key away to whoever guesses them.
    """
    return _sorted(question, lambda _, text: f"{question.id}|{text}")


def _sorted(question: Shows, name: Callable[[str, str], str]) -> tuple[str, ...]:
    if not question.mixes:
        return tuple(own_id for own_id, _, _ in question.shown)

    def key(one: tuple[str, str, str | None]) -> tuple[int, str]:
        return _PINS[one[2]], hashlib.sha256(name(one[0], one[1]).encode()).hexdigest()

    return tuple(own_id for own_id, _, _ in sorted(question.shown, key=key))


def positions(line: str, most: int) -> list[int]:
    """The numbers of a line such as `1 3` or `1,3`. Raises ValueError where it holds anything else."""
    words = line.replace(",", " ").split()
    if not words or not all(_is_position(word, most) for word in words):
        raise ValueError(f"Type numbers from 1 to {most}, or ? for help.")
    return [int(word) for word in words]


def _is_position(word: str, most: int) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 4 and 1 <= int(word) <= most
