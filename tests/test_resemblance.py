"""A known mistake is named only if it is sure: it says the same, alone or with others, and nobody else does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.course.course import carried_course
from grader.engine.record import Record
from grader.engine.resemblance import (
    Pattern,
    alike,
    candidates,
    complaints,
    confirmed,
    resembled,
    skeleton,
    unexplained,
)
from grader.engine.verdict import Verdict


def pattern(name: str, says: Mapping[str, str], sometimes: Sequence[str] = ()) -> Pattern:
    always = frozenset(test for test in says if test not in sometimes)
    return Pattern(name, always, frozenset(sometimes), {t: frozenset([skeleton(m)]) for t, m in says.items()})


HALF = pattern("half", {"mean": "expected 2, saw 1"})
SIGN = pattern("sign", {"sign": "expected 2, saw -2", "mean": "the sign is wrong: 3"})
CHECK = pattern("check", {"refusal": "f(-1) must raise ValueError"})


def test_the_words_decide_not_the_numbers() -> None:
    """A message's skeleton leaves the numbers out; alike messages have close numbers, too."""
    assert skeleton("expected 2.5, saw [1, 2]") == skeleton("expected -1e-3, saw [7, 8]")
    assert skeleton("expected 2, saw 1") != skeleton("expected 2, saw nothing")
    assert alike("saw 1.0000", "saw 1.0002") and not alike("saw 1.0", "saw 1.1")


def test_one_mistake_explains_what_it_fails() -> None:
    """A candidate fails the same tests with the same words; another test or other words rule it out."""
    patterns = [HALF, SIGN, CHECK]
    assert candidates(patterns, {"mean": "expected 4, saw 2"}) == [(HALF,)]
    assert candidates(patterns, {"mean": "another story"}) == []
    assert candidates(patterns, {"mean": "expected 4, saw 2", "size": "expected 1, saw 2"}) == []
    assert candidates(patterns, {"mean": "the sign is wrong: 3"}) == []


def test_several_mistakes_are_the_smallest_set() -> None:
    """Where no single mistake explains everything, two do together; none is named without need."""
    said = {"mean": "expected 4, saw 2", "refusal": "f(-1) must raise ValueError"}
    assert candidates([HALF, SIGN, CHECK], said) == [(HALF, CHECK)]


def test_a_candidate_is_run_before_it_is_named() -> None:
    """The same numbers confirm, other numbers refute unless they are random."""
    said = {"mean": "expected 4, saw 2"}
    assert confirmed((HALF,), said, lambda name, tests, other: {"mean": "expected 4, saw 2"}) == 2
    assert confirmed((HALF,), said, lambda name, tests, other: {"mean": "expected 4, saw 3"}) == 0
    assert confirmed((HALF,), said, lambda name, tests, other: {"mean": f"expected 4, saw {3 + other}"}) == 1


def test_answers_tell_twins_apart(tmp_path: Path) -> None:
    """Of two mistakes that make a test say the same, the one with the submission's answers is named; else neither."""
    folder = tmp_path / "solutions" / "ex01"
    (folder / "mistakes").mkdir(parents=True)
    says = {"mean": [skeleton("expected 4, saw 2")]}
    patterns = {name: {"always": ["mean"], "sometimes": [], "says": says} for name in ("one", "two")}
    (folder / "mistakes" / "patterns.json").write_text(json.dumps(patterns))
    exercise = replace(carried_course().exercise("ex01"), solution=folder / "a.py")
    failed = record(Verdict("mean", "A", "failed", 0, 1, "expected 4, saw 2"))

    def rerun(name: str, tests: Sequence[str], other: bool) -> dict[str, str]:
        return {"mean": "expected 4, saw 2"}

    assert resembled(failed, exercise, rerun) is None
    assert resembled(failed, exercise, rerun, lambda name: frozenset("q")) is None
    assert resembled(failed, exercise, rerun, lambda name: frozenset("q" if name == "one" else "")) == "two"

    drawn = record(Verdict("mean", "A", "failed", 0, 1, "of {'x': 2}: expected 4, saw 2"))
    assert resembled(drawn, exercise, rerun) is None
    words = {"one": "of {'x': 2}: expected 4, saw 2", "two": "of {'x': 2}: expected 4, saw 5"}
    assert resembled(drawn, exercise, lambda name, tests, other: {"mean": words[name]}) == "one"

    both = [frozenset({"a", "b"}), frozenset({"c"})]
    assert unexplained(both, frozenset("abc")) == 0, "each case is answered so by one of the two"
    assert unexplained(both, frozenset("ab")) == 1, "the second one is wrong where the submission is right"
    assert unexplained([frozenset("a"), frozenset("ab")], frozenset("ab")) == 1, "nobody answers the first case so"


def record(*verdicts: Verdict) -> Record:
    return Record("ex01", "a.py", "0", verdicts, "A", "cpu", 1, 0.1)


def test_unfinished_work_resembles_nothing() -> None:
    """Files that are half written, cannot be imported or end by a limit are no known mistake's."""
    failed = Verdict("test_a", "A", "failed", 0, 1, "expected 2, saw 1")
    assert complaints(record(failed)) == {"test_a": "expected 2, saw 1"}
    for message in ("NotImplementedError: not written yet", "SyntaxError: invalid syntax", "NameError: name 'x'"):
        assert complaints(record(failed, Verdict("test_b", "B", "error", 0, 1, message))) == {}
    assert complaints(record(failed, Verdict("test_b", "B", "timeout", 0, 1, "no answer within 10 s"))) == {}
