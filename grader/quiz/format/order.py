"""The order in which choices are shown: decided by a hash, so the same on every Python and every machine."""

import hashlib
from collections.abc import Callable

from grader.quiz.format.model import Choice, Question

_PINS = {"first": 0, None: 1, "last": 2}


def shown_order(question: Question, quiz_id: str, seed: str) -> tuple[str, ...]:
    """The choice ids as one learner sees them; the seed is `learner|attempt`. Pinned choices keep their end."""
    if not question.shuffle:
        return tuple(choice.id for choice in question.choices)
    return tuple(
        choice.id for choice in _sorted(question, lambda choice: f"{seed}|{quiz_id}|{question.id}|{choice.id}")
    )


def released_order(question: Question) -> tuple[Choice, ...]:
    """The choices as a graded release stores them.

    Sorted by the hash of what the learner reads, not of the author's ids: with ids such as a, b, c, d and the key
    written first, an order made from the ids would give the key away to whoever guesses them.
    """
    if not question.shuffle:
        return question.choices
    return _sorted(question, lambda choice: f"{question.id}|{choice.text}")


def _sorted(question: Question, name: Callable[[Choice], str]) -> tuple[Choice, ...]:
    def key(choice: Choice) -> tuple[int, str]:
        return _PINS[choice.pin], hashlib.sha256(name(choice).encode()).hexdigest()

    return tuple(sorted(question.choices, key=key))
