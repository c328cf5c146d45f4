"""Kinds without choices as readers of other people see them: gift-pegjs (npm) and the IMS DTD."""

import io
import zipfile
from typing import Any

import pytest

from grader.quiz.exchange import write
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source
from tests.quiz import outside
from tests.quiz.test_kind_fill import TEXT as FILL
from tests.quiz.test_kind_match import TEXT as MATCH
from tests.quiz.test_kind_numeric import TEXT as NUMERIC
from tests.quiz.test_kind_order import TEXT as ORDER

QUIZZES = {name: text.lstrip() for name, text in
           {"numeric": NUMERIC, "order": ORDER, "match": MATCH, "fill": FILL}.items()}  # fmt: skip


def quiz_of(name: str) -> Quiz:
    return parse_source(QUIZZES[name], "x.yaml").quiz


def seen(name: str) -> list[dict[str, Any]]:
    return outside.gift_pegjs(write(quiz_of(name), "gift").data)[1:]


def test_gift_pegjs_reads_numbers() -> None:
    """Value, tolerance, feedback and that a known wrong number pays nothing."""
    right, wrong = seen("numeric")[0]["choices"]
    assert right["text"] == {"type": "range", "number": 0.1, "range": 0.001} and right["weight"] is None
    assert (wrong["text"]["number"], wrong["weight"]) == (0.00025, 0)
    assert right["feedback"]["text"] == "One over a hundredth of a thousand."


def test_gift_pegjs_reads_pairs_and_texts() -> None:
    """Left and right sides, the one that belongs to nothing, and every text that is right."""
    (norms,) = seen("match")
    pairs = [(pair["subquestion"]["text"], pair["subanswer"]) for pair in norms["matchPairs"]]
    assert pairs[0] == ("<code>BatchNorm1d</code>", "each column") and pairs[-1] == ("", "every entry at once")
    clear = seen("fill")[0]
    assert [(choice["text"]["text"], choice["weight"]) for choice in clear["choices"]] == [
        ("zero_grad()", None), ("zero_grad(set_to_none=True)", None), ("step()", 0),
    ]  # fmt: skip
    assert [pair["subquestion"]["text"] for pair in seen("order")[0]["matchPairs"]] == ["1.", "2.", "3.", "4."]


@pytest.mark.parametrize("name", QUIZZES)
def test_the_ims_dtd_accepts_every_kind(name: str) -> None:
    """Every export is valid QTI 1.2.1."""
    with zipfile.ZipFile(io.BytesIO(write(quiz_of(name), "qti12").data)) as package:
        (xml,) = (member for member in package.namelist() if member.endswith(f"/{quiz_of(name).id}.xml"))
        assert outside.ims_dtd_errors(package.read(xml)) == []
