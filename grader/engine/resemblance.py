"""Which known mistakes explain what went wrong with a submission: by the tests it fails and their messages.

`patterns.json`, written by `grader verify --write`, holds for each known mistake the tests that it fails always and
sometimes, and the skeletons of their messages: the texts without their numbers. A mistake is a candidate if it fails
what the submission fails, with messages of the same skeletons; where none is, two or three are that do so together.
A candidate is named only if running it under the same seed gives the same messages, numbers included, or if its own
numbers depend on its random draws; and only if it is the only one left, if need be by its answers.
"""

import hashlib
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NotRequired, TypedDict

from grader.course.exercise import Exercise
from grader.engine.record import Record

NUMBER = re.compile(r"[-−+]?(?:\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?|\bnan\b|\binf\b)")
UNFINISHED = re.compile(
    r"NotImplementedError|SyntaxError|IndentationError|TabError|ImportError|ModuleNotFoundError|NameError"
    r"|.*\n.*(keep the names of the stub|signature differs)"
)
MOST_TOGETHER = 3
MOST_CANDIDATES = 4
MOST_RERUN = 12  # where no message is known, because its words are drawn, too: those that fail the same tests
CLOSE = 1e-3
Messages = Mapping[str, str]  # test -> its message
Rerun = Callable[[str, Sequence[str], bool], Messages]  # (mistake, tests, with other random numbers?) -> what they say


def skeleton(message: str) -> str:
    """A digest of a message without its numbers."""
    text = re.sub(r"#(?:, #)+", "#", NUMBER.sub("#", " ".join(message.split())))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def numbers(message: str) -> list[float]:
    """The numbers of a message, in order."""
    return [float(n.replace("−", "-").replace(",", "")) for n in NUMBER.findall(message)]


def alike(one: str, other: str) -> bool:
    """The same words and, within a thousandth, the same numbers."""
    if skeleton(one) != skeleton(other):
        return False
    a, b = numbers(one), numbers(other)
    if len(a) != len(b):
        return False
    return all(
        math.isclose(x, y, rel_tol=CLOSE, abs_tol=1e-6) or (math.isnan(x) and math.isnan(y))
        for x, y in zip(a, b, strict=True)
    )


@dataclass(frozen=True)
class Pattern:
    """What one known mistake does to the tests."""

    name: str
    always: frozenset[str]
    sometimes: frozenset[str]
    says: Mapping[str, frozenset[str]]

    @cached_property
    def ever(self) -> frozenset[str]:
        return self.always | self.sometimes

    def explains(self, test: str, digest: str) -> bool:
        return digest in self.says.get(test, ())


class PatternDocument(TypedDict):
    """A pattern as `patterns.json` keeps it."""

    always: list[str]
    sometimes: list[str]
    says: NotRequired[dict[str, list[str]]]


def read_patterns(exercise: Exercise) -> list[Pattern]:
    """The patterns of an exercise's known mistakes; none where there is no file of them."""
    path = exercise.solution.parent / "mistakes" / "patterns.json"
    if not path.exists():
        return []
    table: dict[str, PatternDocument] = json.loads(path.read_text(encoding="utf-8"))
    return [
        Pattern(
            name, frozenset(one["always"]), frozenset(one["sometimes"]),
            {test: frozenset(texts) for test, texts in one.get("says", {}).items()},
        )
        for name, one in table.items()
    ]  # fmt: skip


def complaints(record: Record) -> dict[str, str]:
    """The messages of the failed tests; empty if a known mistake cannot be what is behind it.

    That is so for passed work, for files that cannot be imported or are half written, and for ends by a limit.
    """
    bad = [v for v in record.verdicts if not v.passed]
    if any(v.outcome not in ("failed", "error") or UNFINISHED.match(v.message) for v in bad):
        return {}
    return {v.name: v.message for v in bad}


def candidates(patterns: Sequence[Pattern], messages: Messages) -> list[tuple[Pattern, ...]]:
    """The smallest sets of mistakes that fail what was failed, with these messages; all of that size."""
    digests = {test: skeleton(message) for test, message in messages.items()}
    possible = [p for p in patterns if p.always and p.always <= digests.keys()]
    possible = [p for p in possible if any(p.explains(test, digest) for test, digest in digests.items())]
    for size in range(1, MOST_TOGETHER + 1):
        found = [group for group in itertools.combinations(possible, size) if explains(group, digests)]
        if found:
            return found
    return []


def explains(group: Sequence[Pattern], digests: Messages) -> bool:
    """Whether each failed test has a message that one of the group causes, and each of the group is needed for one."""
    explaining = [[p for p in group if p.explains(test, digest)] for test, digest in digests.items()]
    if not all(explaining):
        return False
    return len(group) == 1 or all(any(who == [p] for who in explaining) for p in group)


def resembled(
    record: Record, exercise: Exercise, rerun: Rerun, unlike: Callable[[str], frozenset[str]] | None = None
) -> str | None:
    """The mistake, or the mistakes joined by " + ", that a record's failures come from; None unless that is sure.

    Where several are as sure, their answers decide: `unlike` has the cases that a mistake answers otherwise.
    """
    messages = complaints(record)
    if not messages:
        return None
    patterns = read_patterns(exercise)
    groups = candidates(patterns, messages)
    if not groups:
        groups += [(p,) for p in patterns if p.always and p.always <= messages.keys() <= p.ever][:MOST_RERUN]
    elif len(groups) > MOST_CANDIDATES:
        return None
    sure = [(group, grade) for group in groups if (grade := confirmed(group, messages, rerun))]
    best = [group for group, grade in sure if grade == max(grade for _, grade in sure)]
    if len(best) > 1 and unlike is not None:
        odd = [unexplained([unlike(p.name) for p in group], unlike("")) for group in best]
        best = [group for group, count in zip(best, odd, strict=True) if count == min(odd)]
    return " + ".join(pattern.name for pattern in best[0]) if len(best) == 1 else None


def unexplained(unlike: Sequence[frozenset[str]], wrong: frozenset[str]) -> int:
    """How many cases none of the mistakes answers as the submission does, or some answers wrongly where it is right."""
    return len(frozenset.intersection(*unlike)) + len(frozenset.union(*unlike) - wrong)


def confirmed(group: Sequence[Pattern], messages: Messages, rerun: Rerun) -> int:
    """2 if the mistakes give the same messages under one seed, 1 if their numbers are random, 0 if they differ."""
    grade = 2
    tests = list(messages)
    again = {p.name: rerun(p.name, tests, False) for p in group}
    open_tests = [
        t for t in tests if not any(alike(messages[t], rerun_messages.get(t, "")) for rerun_messages in again.values())
    ]
    if not open_tests:
        return grade
    for test in open_tests:
        shared = len([p for p in group if test in p.ever]) > 1  # two mistakes in one test change each other's numbers
        explaining = [p for p in group if p.explains(test, skeleton(messages[test]))]
        if not shared and not any(is_random(p.name, test, again[p.name], rerun) for p in explaining):
            return 0
        grade = 1
    return grade


def is_random(name: str, test: str, first: Messages, rerun: Rerun) -> bool:
    """Whether what a mistake makes a test say depends on the random numbers that its code draws."""
    return not alike(first.get(test, ""), rerun(name, [test], True).get(test, ""))
