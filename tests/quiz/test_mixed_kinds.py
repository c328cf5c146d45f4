"""All kinds in one graded quiz: release, terminal, scores, analysis and the record of the class report."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.quiz.format.kinds import KINDS
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.reader import read_quiz
from grader.quiz.score.keys import read_keys
from grader.report.grading.answers import record_of

from .conftest import Cli

TEXT = """format: 1
id: mixed
title: Mixed
questions:
  - id: choose
    kind: single
    stem: Which is right?
    choices:
      - {id: yes-key, correct: true, text: this one}
      - {id: no-key, text: that one, misconception: other-one}
  - id: type
    kind: numeric
    parameters: {n: [3, 4, 5]}
    stem: "Twice {{n}}?"
    answer: "{{2 * n}}"
    known: [{id: square, value: "{{n ** 2}}", feedback: That is the square of it., misconception: squares}]
  - id: sort
    kind: order
    stem: Sort them.
    steps: [{id: one, text: first}, {id: two, text: second}, {id: three, text: third}]
  - id: pair
    kind: match
    stem: Pair them.
    pairs: [{id: a, text: left a, match: right a}, {id: b, text: left b, match: right b}]
    extra: [{id: c, text: right c}]
    known: [{id: crossed, pair: [a, b], misconception: crossed}]
  - id: fill
    kind: fill
    stem: "`optimizer.____()`"
    blanks: [{accept: zero_grad}]
    known: [{id: step, text: step, misconception: step-clears}]
"""


@pytest.fixture
def school(tmp_path: Path, cli: Cli) -> Path:
    """The author's course, and beside it what learners get."""
    (tmp_path / "course" / "quizzes").mkdir(parents=True)
    (tmp_path / "course" / "quizzes" / "mixed.yaml").write_text(TEXT)
    done = cli(tmp_path / "course", "release", "mixed", "--mode", "graded", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    return tmp_path


def typed_right(school: Path, cli: Cli) -> str:
    """What a learner types who knows everything, from the order and the numbers that the released quiz shows them."""
    quiz = read_quiz(school / "course" / "quizzes" / "mixed.yaml")
    (keys,) = read_keys(school / "course" / "quizzes", "mixed")
    cli(school / "out", "take", "mixed", "--learner", "anna", typed="\nq\n")
    (attempt,) = json.loads((school / "out" / "answers" / "mixed.json").read_text())["attempts"]
    order: dict[str, list[str]] = {q: [keys.choices[q][shown] for shown in ids] for q, ids in attempt["order"].items()}
    rights = [order["pair"].index(own) for own in ("a", "b")]
    number: Any = quiz.questions[1].draws[attempt["variants"]["type"]]["n"]
    return "\n".join(
        [
            str(order["choose"].index("yes-key") + 1),
            str(2 * number),
            " ".join(str(order["sort"].index(own) + 1) for own in ("one", "two", "three")),
            " ".join("abc"[at] for at in rights),
            "zero_grad",
            "y\n",
        ]
    )


def test_every_kind_is_in_the_quiz() -> None:
    """But `multiple`, which has its own tests, and which is answered like `single`."""
    assert {line.split()[-1] for line in TEXT.splitlines() if "kind:" in line} == KINDS.keys() - {"multiple"}
    assert all(issubclass(kind, Question) for kind in KINDS.values())


def test_who_knows_everything_gets_all_points(school: Path, cli: Cli) -> None:
    """Opaque ids and drawn numbers are taken back to the author's; the release holds none of the author's own words."""
    released = (school / "out" / "quizzes" / "mixed.yaml").read_text()
    assert not [word for word in ("yes-key", "zero_grad", "2 *", "square", "crossed", "three,") if word in released]
    lines = typed_right(school, cli)
    (school / "out" / "answers" / "mixed.json").unlink()
    taken = cli(school / "out", "take", "mixed", "--learner", "anna", typed=lines)
    assert taken.returncode == 0 and "5 of 5 questions answered" in taken.stdout
    scored = cli(school / "course", "score", "mixed", school / "out" / "answers" / "mixed.json")
    assert scored.returncode == 0 and "5 of 5 points  (5 correct" in scored.stdout


def test_a_class_is_analyzed_and_recorded(school: Path, cli: Cli) -> None:
    """Known wrong answers are counted as such, any other as `other`, and the record has the learner's text as code."""
    quiz = read_quiz(school / "course" / "quizzes" / "mixed.yaml")
    folder = school / "handed-in"
    answers = {
        "anna": {"type": ["6"], "sort": ["one", "two", "three"], "fill": ["zero_grad"], "pair": ["a=a", "b=b"]},
        "ben": {"type": ["9"], "sort": ["three", "one", "two"], "fill": ["step"], "pair": ["a=b"]},
        "cem": {"type": ["7"], "sort": ["two", "one", "three"], "fill": ["<b>`x`</b>"]},
    }
    three = next(at for at, row in enumerate(quiz.questions[1].draws) if row["n"] == 3)
    folder.mkdir()
    for name, picks in answers.items():
        attempt = {"attempt": 1, "picks": picks, "variants": {"type": three}, "submitted": True}
        (folder / f"{name}.json").write_text(json.dumps({"format": 1, "quiz": "mixed", "attempts": [attempt]}))
    shown = cli(school / "course", "analyze", "mixed", folder).stdout
    blocks = {block.split("\n")[0]: block for block in shown.split("\n\n")}
    assert "✓ right " in blocks["type"] and "square" in blocks["type"] and "other" in blocks["type"]
    assert "crossed" in blocks["pair"] and "blank" in blocks["pair"]
    record = record_of(quiz, (), (folder / "cem.json").read_bytes(), "cem.json")
    fill = record["questions"][4]
    assert fill["picked"] == ["other"] and fill["choices"][-1]["text"] == "``<b>`x`</b>``"
    assert [choice["id"] for choice in fill["choices"]] == ["right", "step", "other"]
    ben = record_of(quiz, (), (folder / "ben.json").read_bytes(), "ben.json")
    assert ben["questions"][1]["picked"] == ["square"] and ben["questions"][1]["stem"] == "Twice 3?"
    assert ben["questions"][2]["points"] == "2/3"
