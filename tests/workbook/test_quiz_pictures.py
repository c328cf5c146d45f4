"""A picture beside a quiz is seen in the workbook and in its export, and nothing else beside it is."""

from pathlib import Path

from grader.course.course import Course
from grader.quiz.format.reader import read_quiz
from grader.workbook.export import quiz_page
from grader.workbook.quizzes import feedback, fields
from grader.workbook.shelf import Shelf

QUIZ = """format: 1
id: q
title: Pictures
questions:
  - id: which
    kind: single
    stem: "![a curve](curve.png)"
    choices:
      - {id: a, correct: true, text: "![up](more/up.svg)", feedback: "See ![the sum](sum.webp) and [this](https://x.org)."}
      - {id: b, text: "down"}
    explanation: "Up."
"""


def test_pictures_of_a_quiz_lead_to_figures(tmp_path: Path) -> None:
    """Stem, choices and feedback show pictures by the address that serves them, and the export by its own."""
    folder = tmp_path / "quizzes"
    (folder / "more").mkdir(parents=True)
    (tmp_path / "exercises").mkdir()
    for name in ("curve.png", "more/up.svg", "sum.webp", "checks.py"):
        (folder / name).write_bytes(b"x")
    (folder / "q.yaml").write_text(QUIZ, encoding="utf-8")
    quiz = read_quiz(folder / "q.yaml")
    (question,) = quiz.questions

    figures = Shelf(Course.load(tmp_path)).figures
    assert {"curve.png", "up.svg", "sum.webp"} <= set(figures) and not {"checks.py", "q.yaml"} & set(figures)
    assert 'src="/figure/up.svg"' in str(fields(question, ("a", "b"), ())["ticks"])
    said = str(feedback(question, ("a",)))
    assert 'src="/figure/sum.webp"' in said and 'href="https://x.org"' in said
    page = quiz_page(quiz)
    assert 'src="../figure/curve.png"' in page and 'src="../figure/up.svg"' in page
