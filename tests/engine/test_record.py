"""A record survives the way through JSON, which the warm process and the gradebook send it."""

import json

from grader.engine.record import Record, from_dict
from grader.engine.verdict import Verdict


def test_a_record_comes_back_as_it_was() -> None:
    """Every field, in its own place."""
    verdict = Verdict("test_a", "A", "failed", 0, 2, "seen 1", "a hint", "printed", 0.5, True)
    record = Record(
        "ex01", "a.py", "0" * 64, (verdict,), "B", "cuda", 7, 1.5, {"torch": "2"}, "a mistake", "a note", 12.5,
        forced=True, as_root=True, flag="look",
    )  # fmt: skip
    assert from_dict(json.loads(json.dumps(record.as_dict()))) == record
