"""What the class misunderstood, item figures, outliers, and pairs that are too much alike."""

import hashlib
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.charts.letters import Letters
from grader.course.course import Course
from grader.disposable import Children
from grader.quiz.analysis.psychometrics import Scores
from grader.quiz.analysis.significance import correlation_interval
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Unit
from grader.report.page.analysis import Item, Survey, quartiles
from grader.report.page.plots import draw, totals, units
from grader.report.page.similarity import Compared, Shapes, clusters, of_exercise

from .variants import disguised, honest

EXERCISE = Unit("ex01_x", "ex01", "X", "exercise", "")
QUIZ = Unit("r1-x", "r1", "R", "quiz", "")


def record(passed: list[bool], resembles: str | None = None) -> dict[str, Any]:
    tests = [{"name": f"test_{n}", "title": f"Test {n}", "outcome": "passed" if ok else "failed",
              "points": {"earned": int(ok), "possible": 1}} for n, ok in enumerate(passed)]  # fmt: skip
    return {"tests": tests, "resembles": resembles}


def test_discrimination_is_the_corrected_point_biserial() -> None:
    """With complete data difficulty and discrimination equal the quiz module's exact figures, and so does alpha."""
    draw = random.Random(3)
    rows = [[draw.random() < 0.3 + 0.05 * student for _ in range(6)] for student in range(12)]
    survey = Survey()
    for number, row in enumerate(rows):
        survey.add(f"s{number:02d}", EXERCISE, record(row), {})
    exact = Scores(np.array(rows, dtype=np.int64), 1)
    for column, item in enumerate(survey.items()):
        assert item.difficulty == pytest.approx(exact.difficulty(column).value, abs=1e-12)
        assert item.discrimination == pytest.approx(exact.discrimination(column).value, abs=1e-12)
    assert survey.alpha() == (exact.alpha(), 12)


def test_who_did_not_hand_in_says_nothing() -> None:
    """A missing unit is not a failure of its items, and leaves alpha to the others."""
    survey = Survey()
    for number in range(6):
        survey.add(f"s{number}", EXERCISE, record([number > 2, True]), {})
    survey.add("late", Unit("ex02_y", "ex02", "Y", "exercise", ""), record([False]), {})
    assert [(item.id, item.taken, item.missed) for item in survey.misses()] == [
        ("ex02_y/test_0", 1, 1),
        ("ex01_x/test_0", 6, 3),
    ]
    assert survey.alpha()[0].value is None and survey.items()[-1].discrimination is None


def test_mistakes_and_distractors_are_counted() -> None:
    """A missed test names the mistakes that resemble it; wrong choices are counted with their misconception."""
    survey = Survey()
    for number in range(4):
        survey.add(f"s{number}", EXERCISE, record([False], "forgets_the_copy" if number else None), {})
        choices = [
            {"id": "a", "text": "**2**", "correct": True, "misconception": None},
            {"id": "b", "text": "3", "correct": False, "misconception": "off-by-one"},
        ]
        question = {
            "id": "q",
            "stem": "What is $1+1$?",
            "status": "wrong" if number else "blank",
            "points": "0",
            "possible": "1",
            "picked": ["b"] if number else [],
            "choices": choices,
        }
        survey.add(f"s{number}", QUIZ, {"questions": [question]}, {})
    assert survey.misses()[0].resembles == {"forgets the copy": 3}
    ((item, choice),) = survey.distractors()
    assert (item.title, item.taken, choice.text, choice.count, choice.misconception) == (
        "What is 1+1?",
        4,
        "3",
        3,
        "off-by-one",
    )


def test_outliers_are_far_from_the_class() -> None:
    """One student a hundred times slower than the rest stands out; ordinary spread and small sums do not."""
    survey = Survey()
    for number in range(20):
        measured = {"own_seconds": 1.0 + 0.02 * number if number else 100.0, "peak_mb": 300.0 + number}
        survey.add(f"s{number:02d}", EXERCISE, record([True]), measured)
        quick = {"own_seconds": 1.4 if number == 1 else 0.004, "peak_mb": 550.0 if number == 1 else 300.0}
        survey.add(f"s{number:02d}", Unit("ex02_y", "ex02", "Y", "exercise", ""), record([True]), quick)
    assert [(one["student"], one["what"]) for one in survey.outliers()] == [("s00", "own_seconds")]


def item_of(scores: list[tuple[float, bool]]) -> Item:
    """The item that these students passed or missed, each of another strength on ten other tests."""
    survey = Survey()
    for number, (strength, passed) in enumerate(scores):
        survey.add(f"s{number:02d}", EXERCISE, record([passed, *(n < 10 * strength for n in range(10))]), {})
    return next(item for item in survey.items() if item.id.endswith("/test_0"))


def test_an_item_is_named_only_where_the_interval_says_so() -> None:
    """Stronger students missing it is said of a wrong key, not of chance, nor of the one strong student who slipped."""
    ranks = [number / 39 for number in range(40)]
    wrong_key = item_of([(rank, rank < 0.4) for rank in ranks])
    assert wrong_key.flag.startswith("stronger students miss it") and wrong_key.interval[1] < 0
    one_slip = item_of([(rank, rank < 1.0) for rank in ranks])
    assert (one_slip.discrimination or 0) < 0 and not one_slip.interval and not one_slip.flag
    by_chance = item_of([(rank, number % 2 == 0 or number == 39) for number, rank in enumerate(ranks)])
    assert by_chance.interval[0] < 0 < by_chance.interval[1] and not by_chance.flag
    told = item_of([(rank, rank > 0.4) for rank in ranks])
    assert told.interval[0] > 0.2 and not told.flag


def test_the_interval_is_fishers() -> None:
    """r = 0.5 over 28 pairs: tanh(atanh(0.5) plus or minus 1.96 / 5)."""
    low, high = correlation_interval(0.5, 28)
    assert (low, high) == (pytest.approx(0.15603, abs=1e-4), pytest.approx(0.73582, abs=1e-4))
    assert correlation_interval(0.5, 3) == ()


def test_quartiles_are_exact() -> None:
    """Quartiles interpolate exactly; none exist without values."""
    assert quartiles([Fraction(1), Fraction(2), Fraction(4)]) == [1, Fraction(3, 2), 2, 3, 4]
    assert quartiles([]) == []


def test_charts_repeat_byte_for_byte() -> None:
    """The same data gives the same SVG and PNG, without a date; a name with dollars is no mathematics."""
    heat = {"students": ["$\\frac{1}{2}$ & <b>", "ann"], "units": ["ex01"], "shares": [[None], [0.5]]}
    totals = {"percents": [10.0, 70.0, 100.0], "median": 70.0}
    for kind, data in (("heat", heat), ("totals", totals)):
        svg, png = draw(kind, data)
        assert (svg, png) == draw(kind, data) and b"<dc:date>" not in svg and png.startswith(b"\x89PNG")
    assert b"$\\frac{1}{2}$ &amp; &lt;b&gt;" in draw("heat", heat)[0]


def test_nobody_is_outside_the_charts() -> None:
    """Who has extra credit or less than nothing stands in the histogram and beside the boxes; 100 % is no extra."""
    letters = Letters([])
    for percents, edges in (([100.0, 55.0, 0.0], (0, 100)), ([110.0, 100.0, -5.0], (-10, 110))):
        bars = totals({"percents": percents, "median": 100.0}, letters).axes[0].patches
        assert sum(bar.get_height() for bar in bars) == 3
        assert (bars[0].get_x(), bars[-1].get_x() + bars[-1].get_width()) == edges
        assert next(bar for bar in bars if bar.get_x() == 90).get_height() == 1
    box = {"label": "r1", "quartiles": [-20.0, 0.0, 50.0, 100.0, 150.0], "counts": [[-20.0, 1], [150.0, 1]]}
    low, high = units([box], letters).axes[0].get_xlim()
    assert low < -20 and high > 150


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_copies_are_found_and_honest_pairs_are_not(seed: int, course: Path, tmp_path: Path) -> None:
    """Of 60 honest variants and 3 disguised copies exactly the three copied pairs are shown, code side by side."""
    choose = random.Random(seed)
    sources = [honest(choose) for _ in range(60)]
    victims = choose.sample(range(60), 3)
    sources += [disguised(sources[victim]) for victim in victims]
    with Gradebook.open(tmp_path / "g.sqlite") as book, Children("fingerprint") as read:
        works = [(f"s{number:02d}", book.keep_source(source.encode())) for number, source in enumerate(sources)]
        pairs = of_exercise(Shapes(book, read), Course.load(course).exercise("ex02"), works)
    assert {tuple(pair["students"]) for pair in pairs} == {
        (f"s{victim:02d}", f"s{60 + n}") for n, victim in enumerate(victims)
    }
    assert all(pair["likeness"] > pair["usual"] + 0.2 for pair in pairs)
    for side in pairs[0]["aligned"]:
        assert any(same for same, _ in side) and len(side) > 10


def test_a_solution_copied_by_all_is_no_news(course: Path, tmp_path: Path) -> None:
    """What the stub and the official solution have is nobody's own, and a small class has no outliers."""
    exercise = Course.load(course).exercise("ex02")
    with Gradebook.open(tmp_path / "g.sqlite") as book, Children("fingerprint") as read:
        sha256 = book.keep_source(exercise.solution.read_bytes())
        assert sha256 == hashlib.sha256(exercise.solution.read_bytes()).hexdigest()
        assert of_exercise(Shapes(book, read), exercise, [(f"s{n}", sha256) for n in range(20)]) == []
        different = [(f"s{n}", book.keep_source(honest(random.Random(n)).encode())) for n in range(5)]
        assert of_exercise(Shapes(book, read), exercise, different) == []


def test_copies_are_named_where_nothing_can_stand_out(course: Path, tmp_path: Path) -> None:
    """Files that are one program but for comments and spacing are listed together, and are compared once."""
    exercise = Course.load(course).exercise("ex02")
    copy = honest(random.Random(1))
    with Gradebook.open(tmp_path / "g.sqlite") as book, Children("fingerprint") as read:
        sources = [f"# student {number}\n{copy}\n\n" for number in range(9)] + [honest(random.Random(2))]
        works = [(f"s{number}", book.keep_source(source.encode())) for number, source in enumerate(sources)]
        found = Compared(Shapes(book, read), exercise, works)
        alike = found.alike("ex02")
    assert alike["identical"] == [[f"s{number}" for number in range(9)]]
    assert alike["solution"] == [] and alike["clusters"] == [] and alike["why_not"].endswith("here are 2.")


def test_clusters_join_pairs() -> None:
    """Whoever is alike to one of a cluster belongs to it; the largest comes first."""
    assert clusters([(7, 8), (1, 2), (4, 2), (1, 9)]) == [[1, 2, 4, 9], [7, 8]]
    assert clusters([]) == []
