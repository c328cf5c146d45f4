"""Whose fault it is that nobody could grade a file: ungraded work never pays, a busy machine costs no point."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.engine.record import Record
from grader.engine.verdict import Verdict
from grader.report.grading import answers as quizzes
from grader.report.grading.fault import FLAG, resolve_fault, zero_points
from grader.report.grading.worker import answered
from tests.report.conftest import answers

PASSED = (Verdict("test_a", "A", "passed", 1, 1), Verdict("test_b", "B", "passed", 2, 2))
GOOD = Record("ex01", "a.py", "0", PASSED, "A", "cpu", 1, 0.1)
ODD = replace(GOOD, verdicts=(GOOD.verdicts[0], Verdict("test_b", "B", "suite_error", 0, 2, "no answer")))


def test_a_fault_that_comes_again_with_the_file_alone_is_its_own() -> None:
    """If the solution is graded and the file fails again, its test earns nothing and the instructor is told."""
    record = resolve_fault(ODD, b"file", b"solution", lambda code: GOOD if code == b"solution" else ODD)

    assert (record.outcome, record.earned, record.possible) == ("failed", 1, 3)
    assert record.flag == FLAG


def test_a_fault_of_the_moment_is_nobodys() -> None:
    """If the file is graded at the second try, that counts."""
    assert resolve_fault(ODD, b"file", b"solution", lambda code: GOOD) == GOOD


def test_a_fault_of_the_machine_stays_ungraded() -> None:
    """If the solution cannot be graded either, or is no solution, nobody is blame_submission."""
    assert resolve_fault(ODD, b"file", b"solution", lambda code: ODD) == ODD
    failed = replace(GOOD, verdicts=(Verdict("test_a", "A", "failed", 0, 1),))
    assert resolve_fault(ODD, b"file", b"solution", lambda code: failed) == ODD


def test_graded_work_is_not_graded_again() -> None:
    """A record that is not ungraded comes back as it is, without another run."""

    def never(code: bytes) -> Record:
        raise AssertionError("graded again")

    assert resolve_fault(GOOD, b"file", b"solution", never) == GOOD


def test_a_file_at_which_processes_die_earns_nothing() -> None:
    """The record made from the solution's has its tests, no points, and the flag."""
    record = zero_points(GOOD.as_dict(), "the process died twice")

    assert record["outcome"] == "failed" and record["points"] == {"earned": 0, "possible": 3}
    assert all(test["points"]["earned"] == 0 for test in record["tests"]) and record["flag"] == FLAG


BROKEN = {
    "no JSON": "{",
    "nothing": "",
    "too deep": "[" * 100_000,
    "a giant number": '{"format": 1, "quiz": "r1-basics", "attempts": [{"attempt": ' + "9" * 5000 + "}]}",
    "another quiz": answers(sum=["two"]).replace("r1-basics", "r9"),
    "never submitted": answers(sum=["two"]).replace("true", "false"),
    "another form": answers(sum=["two"]).replace('"format": 1', '"format": 2'),
    "no UTF-8": b"\xff\xfe{}",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_answers_that_cannot_be_scored_earn_nothing(course: Path, data: str | bytes) -> None:
    """They are 0 of the quiz's points with a flag, not ungraded, which a total would leave out."""
    raw = data if isinstance(data, bytes) else data.encode()
    record = quizzes.scored(course / "quizzes" / "r1-basics.yaml", raw, "r1-basics.json")

    assert (record["outcome"], record["points"]) == ("failed", {"earned": "0", "possible": "2"})
    assert record["flag"] == quizzes.FLAG and "cannot be scored" in record["note"]


def test_a_quiz_that_cannot_be_scored_is_nobodys_zero(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where blank answers cannot be scored either, the record is ungraded."""
    monkeypatch.setattr(quizzes, "BLANK", b"%s is no JSON")
    record = quizzes.scored(course / "quizzes" / "r1-basics.yaml", b"{", "r1-basics.json")

    assert record["outcome"] == "ungraded"


@pytest.mark.parametrize(
    ("fails", "outcome"), [((b"odd",), "failed"), ((b"odd", b"solution"), "ungraded"), ((), "passed")]
)
def test_a_file_at_which_the_grader_fails_earns_nothing(
    tmp_path: Path, fails: tuple[bytes, ...], outcome: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """An exception of our own at one file alone is its fault; at the solution too, ours; once only, nobody's."""
    (tmp_path / "a.py").write_bytes(b"solution")
    begun: list[bytes] = []

    def grade(job: Any, source: bytes) -> Any:
        begun.append(source)
        if source in fails or len(begun) == 1:
            raise MemoryError("too much")
        return {"record": GOOD.as_dict(), "measured": {}}

    units = SimpleNamespace(exercises={"ex01": SimpleNamespace(solution=tmp_path / "a.py")})
    worker: Any = SimpleNamespace(units=units, grade=grade)
    answer: Any = answered(worker, json.dumps({"unit": "ex01", "bundle": [["", 3]]}).encode(), b"odd")

    assert answer["record"]["outcome"] == outcome
    assert "Traceback" in capfd.readouterr().err
    if outcome == "failed":
        assert answer["record"]["points"] == {"earned": 0, "possible": 3} and answer["record"]["flag"] == FLAG
