"""Which answers a QTI 1.2 item pays for, found by scoring them: the conditions of an item are run on every answer set.

Authors and platforms write the same key in many shapes; what counts is the table that comes out. It must be that of a
rule of ours, to the last answer set.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.quiz.exchange.xmltree import Node
from grader.quiz.format.textfile import shown

MAX_CHOICES = 12
"""More boxes than this have too many answer sets to try."""
_TOLERANCE = 1e-4


class ScoringError(Exception):
    """The item is none we can take; the message goes on from "question ..."."""


@dataclass
class Budget:
    """How many conditions one file may have us try, so that a hostile one cannot keep us busy."""

    left: int = 3_000_000

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise ScoringError("makes the scoring of this file too long to work out")


@dataclass(frozen=True)
class Rule:
    """The percentage each choice adds, and how a multiple-answer question is scored."""

    shares: dict[str, float]
    scoring: str


def rule_of(item: Node, idents: Sequence[str], single: bool, budget: Budget) -> Rule:
    """The rule an item scores by. Raises ScoringError where it is none of ours."""
    most = 1 if single else len(idents)
    if most > MAX_CHOICES or not idents:
        raise ScoringError(f"has {len(idents)} choices to tick; we take 1 to {MAX_CHOICES}")
    processing = item.first("resprocessing") or Node("resprocessing", {}, item.line)
    table = {
        frozenset(picks): _score(processing, frozenset(picks), budget)
        for count in range(most + 1)
        for picks in combinations(idents, count)
    }
    best = max(table.values())
    keys = [picks for picks, score in table.items() if score == best]
    if best <= 0 or len(keys) != 1 or not keys[0]:
        raise ScoringError(f"has {len(keys) if best > 0 else 'no'} answers that pay in full, where one is needed")
    shares = {picks: score / best for picks, score in table.items()}
    for scoring in ("partial", "all_or_nothing"):
        if all(abs(share - _ours(scoring, keys[0], picks)) <= _TOLERANCE for picks, share in shares.items()):
            part = 100 / len(keys[0])
            wrong = 0 if single else -part
            return Rule({ident: part if ident in keys[0] else wrong for ident in idents}, scoring)
    raise ScoringError("is scored by a rule we do not have: we have partial and all_or_nothing")


def _ours(scoring: str, key: frozenset[str], picks: frozenset[str]) -> float:
    if scoring == "partial":
        return max(0, (len(picks & key) - len(picks - key)) / len(key))
    return float(picks == key)


def _score(processing: Node, picks: frozenset[str], budget: Budget) -> float:
    """The score of an answer set: the conditions in order, until one that is met says to stop."""
    limits = next(iter(processing.all("outcomes", "decvar")), Node("decvar", {}, 0)).attributes
    name = limits.get("varname", "SCORE")
    score = number(limits.get("defaultval", "0"))
    budget.spend(len(processing.children))
    for condition in processing.all("respcondition"):
        tests = [child for test in condition.all("conditionvar") for child in test.children]
        if all([_holds(test, picks, budget) for test in tests]):
            for change in condition.all("setvar"):
                if change.attributes.get("varname", "SCORE") == name:
                    score = _changed(score, change.attributes.get("action", "Set"), number(change.text))
            if condition.attributes.get("continue", "No") != "Yes":
                break
    score = max(score, number(limits["minvalue"])) if "minvalue" in limits else score
    return min(score, number(limits["maxvalue"])) if "maxvalue" in limits else score


def _holds(test: Node, picks: frozenset[str], budget: Budget) -> bool:
    budget.spend(1)
    if test.name == "varequal":
        return test.text.strip() in picks
    if test.name == "other":
        return True
    if test.name == "unanswered":
        return not picks
    parts = [_holds(part, picks, budget) for part in test.children]
    if test.name == "and":
        return all(parts)
    if test.name == "or":
        return any(parts)
    if test.name == "not":
        return not all(parts)
    raise ScoringError(f"tests an answer with <{shown(test.name)[:30]}>")


def _changed(score: float, action: str, value: float) -> float:
    if action == "Set":
        return value
    if action in ("Add", "Subtract"):
        return score + value if action == "Add" else score - value
    raise ScoringError(f"changes the score by `{shown(action)[:20]}`")


def number(text: str) -> float:
    """A decimal number of a file. Raises ScoringError."""
    if not re.fullmatch(r"\s*-?[0-9]{1,9}(\.[0-9]{0,20})?\s*", text):
        raise ScoringError(f"has `{shown(text.strip())[:20]}` where a number belongs")
    return float(text)
