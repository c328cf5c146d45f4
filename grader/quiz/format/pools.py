"""Which questions of its pools an attempt at a quiz asks: `pools: {norms: 3}`, and `pool: norms` in eight questions.

    asked = drawn(quiz, "anna", 1)               # the quiz with three of the eight, and everything without a pool
    asked = asked_in(quiz, attempt, where)       # the same again, from what an attempt kept

A quiz with its questions drawn has no pools any more, so that drawing once more changes nothing.
"""

import hashlib
from collections.abc import Collection, Iterator
from itertools import cycle, islice

from grader.base.errors import UsageError
from grader.base.text import counted
from grader.quiz.format.answers import Attempt
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.textfile import shown


def drawn(quiz: Quiz, learner: str, attempt: int) -> Quiz:
    """What an attempt asks: the learner's name decides the first questions of a pool, the next attempts go on there."""
    names: set[str] = set()
    for pool, count in quiz.pools.items():
        mixed = sorted(
            (question.id for question in members(quiz, pool)),
            key=lambda name: hashlib.sha256(f"{learner}|{quiz.id}|{pool}|{name}".encode()).digest(),
        )
        start = (attempt - 1) * count % len(mixed)
        names.update(islice(cycle(mixed), start, start + count))
    return with_only(quiz, names)


def asked_in(quiz: Quiz, attempt: Attempt, where: str) -> Quiz:
    """What an attempt asked: its `order` has every question that was shown. By hand there is none: of each pool the
    answered ones, and the first others for what was left blank. Raises UsageError for more or fewer than a pool asks.
    """
    names: set[str] = set()
    for pool, count in quiz.pools.items():
        own = [question.id for question in members(quiz, pool)]
        found = [name for name in own if name in (attempt.order or attempt.picks)]
        if len(found) > count or (attempt.order and len(found) < count):
            what = f"attempt {attempt.attempt} has {len(found)} questions of the pool `{pool}`, which asks {count}"
            raise UsageError(what, where, "The answers were not scored.")
        if odd := [name for name in own if name in attempt.picks and name not in found]:
            what = f"attempt {attempt.attempt} answers `{shown(odd[0])}`, which it was not asked"
            raise UsageError(what, where, "The answers were not scored.")
        names.update(islice((*found, *(name for name in own if name not in found)), count))
    return with_only(quiz, names)


def with_only(quiz: Quiz, names: Collection[str]) -> Quiz:
    """The quiz with these questions of its pools and all others, in its order."""
    if not quiz.pools:
        return quiz
    asked = (question for question in quiz.questions if question.pool not in quiz.pools or question.id in names)
    return quiz.replace(pools={}, questions=tuple(asked))


def members(quiz: Quiz, pool: str) -> Iterator[Question]:
    """The questions that a pool may ask."""
    return (question for question in quiz.questions if question.pool == pool)


def unsound(quiz: Quiz) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(place, sentence) for every pool that cannot be drawn from fairly."""
    for pool, count in quiz.pools.items():
        own = list(members(quiz, pool))
        if count > len(own):
            yield ("pools", pool), f"the pool `{pool}` asks {counted(count, 'question')} and has {len(own)}"
    for number, question in enumerate(quiz.questions):
        if question.pool is None:
            continue
        if question.pool not in quiz.pools:
            how = f"say how many are asked, as `pools: {{{question.pool}: 1}}`"
            yield ("questions", number, "pool"), f"there is no pool `{question.pool}`: {how}"
            continue
        first = next(members(quiz, question.pool))
        if question.points != first.points:
            what = f"is worth {question.points} and `{first.id}` of the same pool {first.points}"
            yield ("questions", number, "points"), f"`{question.id}` {what}: an attempt's points must not depend on it"
