"""Pools where others read them: in an item analysis, and in the formats of other platforms."""

import json
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

from grader.quiz.analysis.analysis_text import json_text, text
from grader.quiz.analysis.item_analysis import analyze
from grader.quiz.exchange import FORMATS, take_in, write
from grader.quiz.format.answers import Attempt
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.pools import asked_in
from grader.quiz.format.reader import parse_source
from grader.quiz.score.cohort import read_cohort
from tests.quiz.pooled import TEXT, ids, right, saved, shown


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "pooled.yaml").quiz


def answered_class(quiz: Quiz, folder: Path) -> list[tuple[str, Path]]:
    """56 students, one for each three of the eight; whoever was asked q2 has it wrong, the others have all right."""
    files = []
    for number, names in enumerate(combinations([f"q{n}" for n in range(2, 10)], 3)):
        asked = asked_in(quiz, Attempt(picks=dict.fromkeys(names, ("right",))), "x")
        picks = {**right(asked), **({"q2": ("wrong",)} if "q2" in names else {})}
        files.append((f"s{number}", saved(folder / f"s{number}.json", order=shown(asked), picks=picks)))
    return files


def test_analysis_counts_those_who_were_asked(quiz: Quiz, tmp_path: Path) -> None:
    """Difficulty and choices are of the 21 of 56 who had the question; reliability says why there is none."""
    cohort = read_cohort(quiz, answered_class(quiz, tmp_path), ())
    assert len(cohort.rows) == 56 and not cohort.left_out
    analysis = analyze(quiz.questions, cohort.rows, cohort.variants)
    items = {item.question: item for item in analysis.items}
    assert {items[f"q{n}"].learners for n in range(2, 10)} == {21} and items["q1"].learners == 56
    assert items["q2"].difficulty.value == 0 and items["q3"].difficulty.value == 1
    wrong = {use.choice: use for use in items["q2"].choices}["wrong"]
    assert wrong.count == 21 and wrong.share.value == 1
    assert analysis.mean.value == pytest.approx(5 - 21 / 56)
    for one in (analysis.alpha, analysis.kr20, analysis.kr21, analysis.sem, items["q1"].alpha_without):
        assert one.value is None and one.reason == "not everybody was asked the same questions"
    shown_text = text("pooled", analysis)
    assert "q2 (asked of 21 learners)" in shown_text and "q1 (asked" not in shown_text
    assert json.loads(json_text("pooled", analysis))["items"][1]["learners"] == 21


def test_analysis_of_a_question_that_nobody_was_asked(quiz: Quiz) -> None:
    """It has no difficulty, and nothing fails."""
    names = ids(asked_in(quiz, Attempt(), "x"))
    rows = [tuple(("8",) if n == "typed" else ("right",) if n in names else None for n in ids(quiz))] * 3
    items = {item.question: item for item in analyze(quiz.questions, rows).items}
    assert items["q9"].learners == 0 and items["q9"].difficulty.value is None
    assert items["q2"].difficulty.value == 1


def shape(question: Question) -> tuple[str, str | None, Fraction]:
    return question.id, question.pool, question.points


@pytest.mark.parametrize("form", FORMATS)
def test_pools_leave_and_come_back(quiz: Quiz, form: str) -> None:
    """Every format brings the pools back; what a platform has to be told by hand is a stated loss."""
    export = write(quiz, form)
    back = take_in(export.data, form, f"pooled{export.suffix}")
    assert back.quiz.pools == quiz.pools and [*map(shape, back.quiz.questions)] == [*map(shape, quiz.questions)]
    assert not [loss for loss in back.losses if "categor" in loss or "group" in loss or "pool" in loss]
    told = [loss for loss in export.losses if "random question" in loss]
    by_hand = "Moodle's file holds no quiz: add 3 random questions from the category `pooled/sums` to yours"
    assert told == ([] if form == "qti12" else [by_hand])


def test_a_pool_in_pieces_is_moved_together_and_said(quiz: Quiz) -> None:
    """Questions of a pool that stand apart are exported as one group."""
    apart = quiz.replace(questions=(*quiz.questions[1:], quiz.questions[0]))
    assert not [loss for loss in write(apart, "qti12").losses if "stand together" in loss]
    apart = quiz.replace(questions=(quiz.questions[2], quiz.questions[0], *quiz.questions[3:], quiz.questions[1]))
    export = write(apart, "qti12")
    assert "the questions of a pool stand together there, where its first one stood" in export.losses
    back = take_in(export.data, "qti12", "pooled.zip").quiz
    assert ids(back)[0] == apart.questions[0].id and {*map(shape, back.questions)} == {*map(shape, apart.questions)}
