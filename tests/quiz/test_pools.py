"""Pools: an attempt asks some of many questions; drawn, taken, released, scored, analyzed, linted and exported."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.format.document import DocumentError
from grader.quiz.format.model import Quiz
from grader.quiz.format.pools import drawn
from grader.quiz.format.reader import parse_source, read_quiz
from grader.quiz.format.writer import quiz_text
from grader.quiz.lint.linter import lint
from grader.quiz.score.keys import read_keys
from grader.quiz.score.release import release_quiz
from grader.quiz.score.scoring import score_answers
from grader.quiz.take.attempt import start_or_resume
from grader.report.grading.answers import record_of
from tests.quiz.pooled import TEXT, ids, right, saved, shown

from .conftest import Cli


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "pooled.yaml").quiz


def test_an_attempt_asks_three_of_eight(quiz: Quiz) -> None:
    """What has no pool is always asked, in the file's order; learners get different ones, the same one the same."""
    assert (quiz.asks, quiz.possible) == (5, 8)
    asked = [ids(drawn(quiz, f"learner {number}", 1)) for number in range(60)]
    for one in asked:
        assert len(one) == 5 and one[0] == "q1" and one[-1] == "typed" and one == [x for x in ids(quiz) if x in one]
    assert {name for one in asked for name in one} == set(ids(quiz)), "each of the eight is drawn for somebody"
    assert asked[7] == ids(drawn(quiz, "learner 7", 1))
    once = drawn(quiz, "anna", 1)
    assert drawn(once, "bob", 5) == once and once.possible == quiz.possible and once.asks == 5


def test_the_next_attempts_go_on_in_the_pool(quiz: Quiz) -> None:
    """No question comes again before all of its pool were asked."""
    pooled = [[name for name in ids(drawn(quiz, "anna", n)) if name not in ("q1", "typed")] for n in (1, 2, 3)]
    assert not set(pooled[0]) & set(pooled[1])
    assert set().union(*pooled) == {f"q{number}" for number in range(2, 10)}


def test_it_is_written_as_it_is_read(quiz: Quiz) -> None:
    """The writer's text reads back equal; without pools the hash of a quiz is what it was."""
    assert parse_source(quiz_text(quiz), "x").quiz == quiz
    plain = quiz.replace(pools={}, questions=tuple(one.replace(pool=None) for one in quiz.questions))
    assert plain.content_hash != quiz.content_hash != quiz.replace(pools={"sums": 4}).content_hash
    assert "pool:" not in quiz_text(plain) and "pools:" not in quiz_text(plain)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("sums: 3", "sums: 9", "pooled.yaml:4: the pool `sums` asks 9 questions and has 8"),
        ("sums: 3", "sums: 0", "pooled.yaml:4: `sums` must be at least 1"),
        ("sums: 3", "sums: some", "pooled.yaml:4: `sums` must be a whole number, not 'some'"),
        ("sums: 3", "sums: 3, more: 1", "pooled.yaml:4: the pool `more` asks 1 question and has 0"),
        ("pools: {sums: 3}", "pools: [sums]", "pooled.yaml:4: `pools` must be a map of `key: value`"),
        ("pools: {sums: 3}\n", "",
         "pooled.yaml:17: there is no pool `sums`: say how many are asked, as `pools: {sums: 1}`"),
        ("points: 2\n    stem: \"What is 5", "points: 3\n    stem: \"What is 5",
         "pooled.yaml:49: `q5` is worth 3 and `q2` of the same pool 2: an attempt's points must not depend on it"),
        ("pool: sums", "pool: Sums!", "pooled.yaml:18: `pool` must be at most 40 of a-z, 0-9 and -"),
    ],
)  # fmt: skip
def test_a_pool_that_cannot_be_drawn_from(old: str, new: str, sentence: str) -> None:
    """Each is one sentence with file and line."""
    assert old in TEXT
    with pytest.raises(DocumentError) as caught:
        parse_source(TEXT.replace(old, new), "pooled.yaml")
    assert any(sentence in line for line in caught.value.lines), caught.value.lines


def test_lint_says_what_is_weak_about_a_pool(tmp_path: Path) -> None:
    """A pool that draws nothing and one whose single question may be about another objective; a sound one passes."""
    path = tmp_path / "pooled.yaml"
    said = {}
    for name, written in {
        "sound": TEXT,
        "all": TEXT.replace("sums: 3", "sums: 8"),
        "mixed": TEXT.replace("sums: 3", "sums: 1").replace("sums\n    pool", "other\n    pool", 1),
    }.items():
        path.write_text(written, encoding="utf-8")
        said[name] = [line for line in lint([path], None).warnings if "pool `" in line]
    assert said["sound"] == []
    assert said["all"] == [f"{path}:4: the pool `sums` asks all of its 8 questions: nothing is drawn"]
    assert said["mixed"] == [f"{path}:4: the pool `sums` asks one question, but its questions have several objectives"]


def test_an_attempt_is_kept_and_gone_on_with(quiz: Quiz, tmp_path: Path) -> None:
    """The file tells what was drawn; whoever stops finds the same questions again, and another attempt asks others."""
    path = tmp_path / "pooled.json"
    first, _ = start_or_resume(quiz, path, "anna")
    first.save()
    again, note = start_or_resume(quiz, path, "anna")
    assert ids(again.quiz) == ids(first.quiz) == list(first.order) and "go on" in note and len(again.questions) == 5
    again.save(submitted=True)
    second, _ = start_or_resume(quiz, path, "anna")
    assert second.number == 2 and set(second.order) & set(first.order) == {"q1", "typed"}
    other = quiz.replace(pools={"sums": 4})
    second.save()
    assert len(start_or_resume(other, path, "anna")[0].questions) == 6, "the quiz has changed: a new draw"


def test_what_was_asked_is_scored(quiz: Quiz, tmp_path: Path) -> None:
    """All right is all points; one of the pool left blank costs its two; the others of the pool cost nothing."""
    asked = drawn(quiz, "anna", 1)
    picks = right(asked)
    full = score_answers(quiz, saved(tmp_path / "a.json", order=shown(asked), picks=picks))
    assert (full.earned, full.possible, [one.id for one in full.questions]) == (8, 8, ids(asked))
    left = ids(asked)[1]
    picks.pop(left)
    less = score_answers(quiz, saved(tmp_path / "b.json", order=shown(asked), picks=picks))
    assert less.earned == 6 and [one.id for one in less.questions if one.status == "blank"] == [left]


def test_by_hand_any_three_may_be_answered(quiz: Quiz, tmp_path: Path) -> None:
    """Without an order the answered ones are those that were asked; what is missing counts as blank."""
    path = tmp_path / "anna.yaml"
    path.write_text("picks: {q1: [right], q5: [right], q9: [wrong], typed: ['8']}\n", encoding="utf-8")
    result = score_answers(quiz, path)
    assert [(one.id, one.status) for one in result.questions] == [
        ("q1", "correct"), ("q2", "blank"), ("q5", "correct"), ("q9", "wrong"), ("typed", "correct")
    ]  # fmt: skip
    assert (result.earned, result.possible) == (Fraction(4), Fraction(8))


@pytest.mark.parametrize("count", [2, 4, 8])
def test_nobody_chooses_more_or_fewer(quiz: Quiz, tmp_path: Path, count: int) -> None:
    """A file that shows or answers another number of a pool's questions is refused and says which."""
    names = [f"q{number}" for number in range(2, 2 + count)]
    order = {one.id: tuple(name for name, _, _ in one.shown) for one in quiz.questions if one.id in names}
    sentence = rf"attempt 1 has {count} questions of the pool `sums`, which asks 3"
    with pytest.raises(UsageError, match=sentence):
        score_answers(quiz, saved(tmp_path / "a.json", order=order, picks={}))
    if count > 3:
        with pytest.raises(UsageError, match=sentence):
            score_answers(quiz, saved(tmp_path / "b.json", picks=dict.fromkeys(names, ("right",))))


def test_an_answer_to_a_question_that_was_not_asked(quiz: Quiz, tmp_path: Path) -> None:
    """Three shown and a fourth answered: refused, so that nobody tries all and lets the best count."""
    asked = drawn(quiz, "anna", 1)
    other = next(name for name in ids(quiz) if name not in ids(asked))
    picks = {**right(asked), other: ("right",)}
    with pytest.raises(UsageError, match=f"answers `{other}`, which it was not asked"):
        score_answers(quiz, saved(tmp_path / "a.json", order=shown(asked), picks=picks))


def test_a_graded_release_in_the_terminal_and_scored(tmp_path: Path, cli: Cli) -> None:
    """Released without keys, taken with three of eight, scored by the course, and in the record of a class report."""
    course = tmp_path / "course"
    (course / "quizzes").mkdir(parents=True)
    (course / "quizzes" / "pooled.yaml").write_text(TEXT, encoding="utf-8")
    assert cli(course, "release", "pooled", "--mode", "graded", "--out", tmp_path / "out").returncode == 0
    released = read_quiz(tmp_path / "out" / "quizzes" / "pooled.yaml")
    assert released.pools == {"sums": 3} and [one.pool for one in released.questions].count("sums") == 8
    taken = cli(tmp_path / "out", "take", "pooled", "--learner", "anna", typed="1\n1\n1\n1\n8\ny\n")
    assert taken.returncode == 0 and "5 questions; type ? for help" in taken.stdout, taken.stdout + taken.stderr
    assert "Question 5 of 5" in taken.stdout and "5 of 5 questions answered" in taken.stdout
    path = tmp_path / "out" / "answers" / "pooled.json"
    author = read_quiz(course / "quizzes" / "pooled.yaml")
    keys = read_keys(course / "quizzes", "pooled")
    result = score_answers(author, path, keys)
    assert len(result.questions) == 5 and result.possible == 8 and result.earned >= 1
    record = record_of(author, keys, path.read_bytes(), "pooled.json")
    assert record["points"] == {"earned": str(result.earned), "possible": "8"} and len(record["questions"]) == 5
    preview = cli(course, "preview", "pooled").stdout
    assert "An attempt asks 3 of the 8 questions of `sums`." in preview and "q4, of the pool `sums`" in preview


def test_practice_tells_the_points_of_what_was_asked(tmp_path: Path, cli: Cli) -> None:
    """With a key the terminal gives feedback on the five and counts their points alone."""
    course = tmp_path / "course"
    (course / "quizzes").mkdir(parents=True)
    (course / "quizzes" / "pooled.yaml").write_text(TEXT, encoding="utf-8")
    done = cli(course, "take", "pooled", "--mode", "exam", "--learner", "anna", typed="s\ns\ns\ns\n8\ny\n")
    assert done.returncode == 0 and "\n1 of 8 points." in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("blank (0 of ") == 4 and "correct (1 of 1)" in done.stdout


def test_a_release_for_practice_keeps_the_pools(quiz: Quiz) -> None:
    """Released with its key it asks three of eight, too."""
    released, key = release_quiz(quiz, "practice")
    assert key is None and released.pools == {"sums": 3} and released.content_hash == quiz.content_hash
