"""The kind `match`: what pairs pay, what a known wrong pair says, and its way to platforms and back."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.quiz.exchange import FORMATS, read, write
from grader.quiz.format.kinds.match import MatchQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text
from grader.quiz.lint.linter import lint
from grader.quiz.score.release import release_quiz
from grader.quiz.score.scoring import judge

from .conftest import Cli

TEXT = """format: 1
id: pairs
title: Pairs
questions:
  - id: norms
    kind: match
    stem: Over what does each take its statistics?
    pairs:
      - {id: batch, text: "`BatchNorm1d`", match: "each column", feedback: "A feature's mean over the batch."}
      - {id: layer, text: "`LayerNorm`", match: "each row", feedback: "One sample's mean over its features."}
      - {id: rms, text: "`RMSNorm`", match: "each row", feedback: "Like layer norm, without the mean."}
    extra:
      - {id: all, text: "every entry at once"}
    feedback: Columns for the batch and rows for the others.
    known:
      - {id: swapped, pair: [batch, layer], feedback: That is what layer norm does., misconception: bn-is-ln}
    explanation: "Batch norm alone looks across samples."
"""


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "pairs.yaml").quiz


@pytest.fixture
def question(quiz: Quiz) -> MatchQuestion:
    (found,) = quiz.questions
    assert isinstance(found, MatchQuestion)
    return found


@pytest.mark.parametrize(
    ("picks", "share"),
    [
        ("batch=batch layer=layer rms=layer", 1),
        ("rms=layer batch=batch layer=layer", 1),
        ("batch=layer layer=layer rms=layer", Fraction(2, 3)),
        ("batch=batch", Fraction(1, 3)),
        ("batch=all layer=batch rms=all", 0),
    ],
)
def test_each_right_pair_is_paid(question: MatchQuestion, picks: str, share: Fraction) -> None:
    """Right sides that say the same are one; pairs may be left out; all or nothing wants all of them."""
    answer = tuple(picks.split())
    assert judge(question, answer).points == share
    assert question.replace(scoring="all_or_nothing").share(answer) == (1 if share == 1 else 0)


@pytest.mark.parametrize("pick", ["batch", "batch=x", "x=batch", "batch=batch=layer", "all=batch", "batch=rms"])
def test_what_is_no_pair_is_invalid(question: MatchQuestion, pick: str) -> None:
    """Both ids must be there, each on its side; a left side has one right one."""
    assert judge(question, (pick,)).status == "invalid"
    assert judge(question, ("batch=batch", "batch=layer")).status == "invalid"


def test_a_known_wrong_pair_says_what_was_misunderstood(question: MatchQuestion) -> None:
    """Every pair is told, the wrong one with its reason, one that was left out as such."""
    told = question.remarks(("batch=layer", "rms=layer"))
    assert question.taken(("batch=layer", "rms=layer")) == ("swapped",)
    assert [(line.sign, line.about) for line in told] == [
        ("✗", "you paired"), ("✓", "right is"), ("!", "not answered"), ("✓", "you paired"),
    ]  # fmt: skip
    assert told[0].why == "That is what layer norm does."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("pair: [batch, layer]", "pair: [rms, layer]", "`swapped` is a right pair"),
        ("pair: [batch, layer]", "pair: [batch, x]", "`swapped` names something that is not there"),
        ("every entry at once", "each row", "extra `all` says the same as a right side"),
        (', match: "each column"', "", "pair `batch` has no `match`"),
        ("{id: rms,", "{id: batch,", "the id `batch` is there 2 times"),
    ],
)
def test_lint_sees_what_cannot_be_scored(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """Each is an error; the file as it stands has none and no warning."""
    path = tmp_path / "pairs.yaml"
    path.write_text(TEXT.replace(old, new))
    assert sentence in "\n".join(lint([path], None).errors)
    path.write_text(TEXT)
    report = lint([path], None)
    assert (report.errors, report.warnings) == ([], [])


def test_a_graded_release_does_not_show_the_pairs(quiz: Quiz) -> None:
    """Left and right sides have opaque ids, and the way back scores what was answered with them."""
    released, keys = release_quiz(quiz, "graded")
    assert keys is not None
    text = quiz_text(released)
    assert not [word for word in ("match:", "swapped", "batch,", "mean over", "Columns") if word in text]
    ids = keys.choices["norms"]
    back = {own: opaque for opaque, own in ids.items() if opaque.startswith("k")}
    picks = tuple(f"l{at}={back[own]}" for at, own in ((1, "batch"), (2, "layer"), (3, "layer")))
    assert judge(quiz.questions[0], tuple(quiz.questions[0].own(pick, ids) for pick in picks)).status == "correct"
    assert parse_source(text, "pairs.yaml").quiz == released


@pytest.mark.parametrize("form", FORMATS)
def test_it_comes_back_from_a_platform(quiz: Quiz, form: str) -> None:
    """The same question, from all three formats."""
    export = write(quiz, form)
    assert read(export.data, form, "pairs.export").questions == quiz.questions
    assert any("feedback to single pairs" in loss for loss in export.losses)
    assert parse_source(quiz_text(quiz), "pairs.yaml").quiz == quiz


def test_other_peoples_pairs_are_read() -> None:
    """GIFT's arrows, with a right side that belongs to nothing."""
    (found,) = read(b"::a::Capitals{=France -> Paris =Italy -> Rome = -> Oslo}", "gift", "x.gift").questions
    assert isinstance(found, MatchQuestion)
    assert [(pair.text, pair.match) for pair in found.pairs] == [("France", "Paris"), ("Italy", "Rome")]
    assert [one.text for one in found.extra] == ["Oslo"]


def test_it_is_taken_in_a_pipe(tmp_path: Path, cli: Cli) -> None:
    """Letters alone go to the left sides in turn; what is no pair is asked again."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "pairs.yaml").write_text(TEXT)
    shown = cli(tmp_path, "take", "pairs", "--mode", "exam", typed="1z\n1a 1b\n4a\na b c d\na b\n1\n1c 3a\ny\n").stdout
    assert shown.count("! Type pairs such as 1b 2a: numbers from 1 to 3, letters from a to c.") == 4
    assert "(your answer so far: 1a 2b)" in shown and "1. 1c 3a" in shown
    assert "! not answered: `LayerNorm` – each row" in shown and "\x1b" not in shown
