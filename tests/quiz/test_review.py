"""`grader review`: what was missed comes back on its days, as another question, for a few minutes a day."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source, read_quiz
from grader.quiz.lint.linter import lint
from grader.quiz.score.release import write_release
from grader.quiz.score.scoring import judge
from grader.quiz.take.review import question_on, slugs_missed
from grader.quiz.take.schedule import AFTER, DAILY, Memory, note_missed

MONDAY = date(2026, 1, 5)
TEXT = """format: 1
id: bank
title: Bank
questions:
  - id: first
    kind: single
    objective: lo-stop
    lesson: "lesson.md # Early stopping"
    stem: Which epoch?
    choices:
      - {id: key, correct: true, text: the fifth, feedback: Three misses in a row.}
      - {id: off, text: the fourth, feedback: Only two misses yet., misconception: off-by-one}
  - id: second
    kind: numeric
    objective: lo-stop
    parameters: {p: [2, 3, 4]}
    stem: "How many misses end a run of patience {{p}}?"
    answer: "{{p}}"
    known:
      - {id: off, value: "{{p + 1}}", feedback: The last one ends it., misconception: off-by-one}
  - id: third
    kind: single
    stem: What is kept?
    choices:
      - {id: key, correct: true, text: a copy, feedback: It must not move along.}
      - {id: alias, text: a name, feedback: That moves along., misconception: alias}
"""


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "bank.yaml").quiz


def test_it_comes_back_after_1_3_7_and_21_days() -> None:
    """Each right answer puts it off for longer and the fourth ends it; a wrong one begins anew."""
    memory, day = Memory(), MONDAY
    memory.missed(["off-by-one"], day)
    for wait in AFTER:
        assert memory.due(day + timedelta(wait - 1)) == []
        day += timedelta(wait)
        assert memory.due(day) == ["off-by-one"]
        memory.answered("off-by-one", "bank/first/0", right=True, seconds=45, today=day)
    assert AFTER == (1, 3, 7, 21) and memory.cards == {}
    memory.missed(["alias"], day)
    memory.answered("alias", "bank/third/0", right=True, seconds=45, today=day + timedelta(1))
    memory.answered("alias", "bank/third/0", right=False, seconds=45, today=day + timedelta(4))
    assert memory.due(day + timedelta(5)) == ["alias"] and memory.cards["alias"].step == 0


def test_a_day_has_five_minutes() -> None:
    """What is used of a day is remembered, and the next day is whole again."""
    memory = Memory()
    memory.missed(["a", "b"], MONDAY)
    memory.answered("a", "bank/first/0", right=False, seconds=100, today=MONDAY)
    assert (DAILY, memory.left(MONDAY), memory.left(MONDAY + timedelta(1))) == (300, 200, 300)


def test_another_question_on_the_same_slug_is_asked_each_time(quiz: Quiz) -> None:
    """All questions and variants on it have their turn before one comes again; others are never asked."""
    asked: list[str] = []
    for _ in range(4):
        found = question_on("off-by-one", [quiz], asked)
        assert found is not None and found.name not in asked
        asked.append(found.name)
    assert {name.split("/")[1] for name in asked[:2]} == {"first", "second"}
    assert sorted(asked) == ["bank/first/0", "bank/second/0", "bank/second/1", "bank/second/2"]
    assert question_on("off-by-one", [quiz], []).name == question_on("off-by-one", [quiz], []).name == asked[0]
    assert question_on("nothing", [quiz], []) is None


def test_what_was_missed_is_the_slug_of_the_answer(quiz: Quiz) -> None:
    """A known wrong answer names its misconception, any other and a blank one the objective, a right one nothing."""
    first, second, third = quiz.questions
    assert slugs_missed(first, judge(first, ("off",))) == ["off-by-one"]
    assert slugs_missed(second, judge(second, (str(second.draws[1]["p"]),), 1)) == []
    assert slugs_missed(second, judge(second, ("99",))) == ["lo-stop"]
    assert slugs_missed(first, judge(first, ())) == ["lo-stop"] and slugs_missed(third, judge(third, ())) == []


def test_a_broken_memory_is_an_empty_one(tmp_path: Path) -> None:
    """The file is only an aid: nothing it holds stops a learner; what is written is read back."""
    (tmp_path / ".grader").mkdir()
    path = tmp_path / ".grader" / "review.json"
    for text in ("", "[]", '{"cards": 3}', '{"cards": {"a": {"due": "never"}}}'):
        path.write_text(text)
        assert Memory.read(tmp_path).cards == {}
    memory = Memory()
    memory.missed(["alias"], MONDAY)
    memory.save(tmp_path)
    assert Memory.read(tmp_path) == memory


def review(folder: Path, day: date, typed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "review", "--today", day.isoformat()],
        cwd=folder, input=typed, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_learner_reviews_what_a_quiz_showed(tmp_path: Path) -> None:
    """From a wrong answer in a quiz through the next days, in a pipe: asked, told why, put off, and at last gone."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "bank.yaml").write_text(TEXT)
    assert "Nothing to review" in review(tmp_path, MONDAY, "")
    memory = Memory()
    memory.missed(["off-by-one"], MONDAY)
    memory.save(tmp_path)
    assert "Nothing is due; the next is due on 2026-01-06." in review(tmp_path, MONDAY, "")
    day = MONDAY
    for wait in AFTER:
        day += timedelta(wait)
        memory = Memory.read(tmp_path)
        found = question_on("off-by-one", [parse_source(TEXT, "bank.yaml").quiz], memory.cards["off-by-one"].asked)
        assert found is not None
        right = str(found.shown.answer[0]) if found.question.kind == "numeric" else None
        shown = review(tmp_path, day, f"{right}\n" if right else "1\n")
        assert "Review 1, from bank" in shown and "\x1b" not in shown
        if not right and "wrong" in shown:
            assert "Read again:\n  Early stopping (lesson.md)" in shown
            memory = Memory.read(tmp_path)
            assert memory.due(day + timedelta(1)) == ["off-by-one"]
            return
    assert json.loads((tmp_path / ".grader" / "review.json").read_text())["cards"] == {}


def test_no_day_takes_longer_than_five_minutes(tmp_path: Path) -> None:
    """With more due than fits, the rest is said to come tomorrow, and asking again the same day asks nothing."""
    (tmp_path / "quizzes").mkdir()
    questions = "\n".join(
        f"""  - id: q{number}
    kind: single
    stem: "Question {number}?"
    choices:
      - {{id: key, correct: true, text: right}}
      - {{id: off, text: wrong, misconception: slug-{number}}}"""
        for number in range(9)
    )
    (tmp_path / "quizzes" / "many.yaml").write_text(f"format: 1\nid: many\ntitle: Many\nquestions:\n{questions}\n")
    memory = Memory()
    memory.missed([f"slug-{number}" for number in range(9)], MONDAY)
    memory.save(tmp_path)
    shown = review(tmp_path, MONDAY + timedelta(1), "1\n" * 9)
    assert shown.count("Review ") == 6 and "That is enough for today; 3 more are due" in shown
    assert "Review " not in review(tmp_path, MONDAY + timedelta(1), "1\n")
    assert review(tmp_path, MONDAY + timedelta(2), "1\n" * 9).count("Review ") >= 3


def test_a_known_mistake_of_an_exercise_is_asked_about(tmp_path: Path) -> None:
    """What `grader check` found is looked up in the vocabulary; one that no question is about is forgotten."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "bank.yaml").write_text(TEXT)
    words = 'misconceptions = ["off-by-one", "alias"]\n[mistakes]\n"ex01/keeps_the_name" = "alias"\n'
    (tmp_path / "quizzes" / "vocabulary.toml").write_text(words)
    for name in ("ex01/keeps_the_name", "ex99/unheard_of"):
        note_missed(tmp_path, [name], date.today())
    day = date.today() + timedelta(1)
    assert "Review 1, from bank" in review(tmp_path, day, "1\n")
    assert Memory.read(tmp_path).due(day) == [] and list(Memory.read(tmp_path).cards) == ["ex01/keeps_the_name"]


def test_sections_and_mistakes_must_be_there(tmp_path: Path) -> None:
    """A practice release says where to read; lint names a heading, an objective and a slug that do not exist."""
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (tmp_path / "lesson.md").write_text("# L\n\n## Early stopping\n")
    (folder / "bank.yaml").write_text(TEXT)
    words = 'objectives = ["lo-stop"]\nmisconceptions = ["off-by-one", "alias"]\n[sections]\n'
    (folder / "vocabulary.toml").write_text(words + 'lo-stop = "lesson.md # Early stopping"\n')
    assert not [line for line in lint([folder / "bank.yaml"], None, whole=True).errors if "vocabulary" in line]
    released = read_quiz(write_release(read_quiz(folder / "bank.yaml"), "practice", tmp_path / "out", folder))
    assert [question.lesson for question in released.questions] == ["lesson.md # Early stopping"] * 2 + [""]
    (folder / "vocabulary.toml").write_text(words + 'lo-step = "lesson.md # Late"\n[mistakes]\n"ex01/x" = "aliases"\n')
    found = [line.partition(": ")[2] for line in lint([folder / "bank.yaml"], None, whole=True).errors]
    assert found[-3:] == [
        "section of `lo-step`, which is no objective",
        "there is no section `lesson.md # Late` for `lo-step`",
        "mistake `ex01/x` stands for `aliases`, which is no misconception",
    ]
