"""What the class misunderstood, item figures, outliers, and pairs that are too much alike."""

import ast
import hashlib
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course import Course
from grader.quiz.psychometrics import Scores
from grader.report.analysis import Survey, quartiles
from grader.report.disposable import Children
from grader.report.gradebook import Gradebook
from grader.report.plots import draw
from grader.report.similarity import Shapes, of_exercise
from grader.report.units import Unit

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
    """One student a hundred times slower than the rest stands out; ordinary spread does not."""
    survey = Survey()
    for number in range(20):
        measured = {"seconds": 1.0 + 0.02 * number if number else 100.0, "peak_mb": 300.0 + number}
        survey.add(f"s{number:02d}", EXERCISE, record([True]), measured)
    assert [(one.student, one.what) for one in survey.outliers()] == [("s00", "seconds")]


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


def honest(choose: random.Random) -> str:
    """One of very many ways to write the same small class, as people do who never saw each other's."""
    c = choose.choice
    total = c(["total = 0.0\nfor value in values:\n    total += value", "total = sum(values)", "total = 0\ni = 0\nwhile i < len(values):\n    total = total + values[i]\n    i += 1",
               "import functools\ntotal = functools.reduce(lambda a, b: a + b, values, 0)", "total = math.fsum(values)", "total = sum([float(v) for v in values])",
               "total = values[0]\nfor value in values[1:]:\n    total = value + total"])  # fmt: skip
    empty = c(["if not values:\n    raise ValueError('empty')", "if len(values) == 0:\n    raise ValueError('no values given')", "assert_any = len(values) > 0\nif not assert_any:\n    raise ValueError(f'{values} is empty')",
               "try:\n    values[0]\nexcept IndexError:\n    raise ValueError('empty') from None", "if values is None or len(values) < 1:\n    raise ValueError"])  # fmt: skip
    mean = c(
        [
            "mean = total / len(values)",
            "count = len(values)\nmean = total / count",
            "mean = (1 / len(values)) * total",
            "mean = float(total) / float(len(values))",
            "mean = total * len(values) ** -1",
        ]
    )
    spread = c(["var = sum((v - mean) ** 2 for v in values) / len(values)", "var = 0\nfor v in values:\n    var += (v - mean) * (v - mean)\nvar /= len(values)",
                "squares = [v * v for v in values]\nvar = sum(squares) / len(squares) - mean ** 2", "gaps = list(map(lambda v: abs(v - mean), values))\nvar = sum(g * g for g in gaps) / len(gaps)",
                "deviations = []\nfor v in values:\n    deviations.append(pow(v - mean, 2))\nvar = math.fsum(deviations) / len(deviations)"])  # fmt: skip
    root = c(
        [
            "std = math.sqrt(var)",
            "std = var ** 0.5",
            "std = pow(var, 1 / 2)",
            "std = math.sqrt(max(var, 0.0))",
            "if var < 0:\n    var = 0\nstd = var ** (1 / 2)",
        ]
    )
    guard = c(
        [
            "if std == 0:\n    std = 1.0",
            "std = std or 1.0",
            "std = std if std > 0 else 1",
            "std = max(std, 1e-12)",
            "if not std > 0.0:\n    return [0.0 for _ in values]",
            "std += 1e-9",
        ]
    )
    back = c(["return [(v - mean) / std for v in values]", "result = []\nfor v in values:\n    result.append((v - mean) / std)\nreturn result", "scale = 1.0 / std\nreturn [scale * (v - mean) for v in values]",
              "return list(map(lambda v: (v - mean) / std, values))", "out = [0.0] * len(values)\nfor k in range(len(values)):\n    out[k] = (values[k] - mean) / std\nreturn out",
              "shifted = [v - mean for v in values]\nreturn [s / std for s in shifted]"])  # fmt: skip
    clip = c(["def clip(x, low, high):\n    return max(low, min(high, x))", "def clip(x, low, high):\n    if x < low:\n        return low\n    if x > high:\n        return high\n    return x",
              "def clip(x, low, high):\n    return sorted((low, x, high))[1]", "def clip(x, low, high):\n    return low if x < low else high if x > high else x", "def clip(x, low, high):\n    x = min(x, high)\n    x = max(x, low)\n    return x"])  # fmt: skip
    count = c(["def count(words):\n    found = {}\n    for word in words:\n        found[word] = found.get(word, 0) + 1\n    return found", "def count(words):\n    return {word: words.count(word) for word in set(words)}",
               "def count(words):\n    from collections import Counter\n    return dict(Counter(words))", "def count(words):\n    table = {}\n    for w in words:\n        if w in table:\n            table[w] += 1\n        else:\n            table[w] = 1\n    return table",
               "def count(words):\n    from collections import defaultdict\n    d = defaultdict(int)\n    for w in words:\n        d[w] += 1\n    return d"])  # fmt: skip
    body = "\n".join([empty, total, mean, spread, root, guard, back]).replace("\n", "\n    ")
    parts = [f"def standardize(values):\n    {body}", clip, count]
    choose.shuffle(parts)
    return "import math\n\n\n" + "\n\n\n".join(parts) + "\n"


class Renamed(ast.NodeTransformer):
    """Other names for everything that was not given."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if isinstance(node.ctx, ast.Store) or node.id in (
            "total",
            "mean",
            "var",
            "std",
            "v",
            "value",
            "word",
            "w",
            "found",
            "table",
        ):
            node.id = f"my_{node.id}"
        return node


def disguised(source: str) -> str:
    """The same program with new names, its functions in another order, and comments of its own."""
    tree = Renamed().visit(ast.parse(source))
    tree.body = tree.body[:1] + tree.body[:0:-1]
    return "# All my own work!\n" + ast.unparse(tree)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_copies_are_found_and_honest_pairs_are_not(seed: int, course: Path, tmp_path: Path) -> None:
    """Of 60 honest variants and 3 disguised copies exactly the three copied pairs are shown, with their code aligned."""
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
