"""The item analysis: the published numbers to every printed digit, and honesty where there is none."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader.quiz.analysis.analysis_text import csv_text, json_text, text
from grader.quiz.analysis.item_analysis import Analysis, analyze
from grader.quiz.analysis.psychometrics import Scores, Statistic
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.score.cohort import Row

from .conftest import Cli

VECTORS = Path(__file__).parent / "vectors"
KEY = "BACDAB"


def responses() -> list[Row]:
    """Ten learners, six questions; `-` is blank."""
    with (VECTORS / "quiz_items_responses.csv").open(newline="") as file:
        return [tuple(() if pick == "-" else (pick.lower(),) for pick in row[1:]) for row in list(csv.reader(file))[1:]]


def scored() -> list[list[Fraction]]:
    with (VECTORS / "quiz_items_scored.csv").open(newline="") as file:
        return [[Fraction(score) for score in row] for row in list(csv.reader(file))[1:]]


def matrix(rows: list[list[Fraction]]) -> Scores:
    return Scores(np.array([[int(4 * score) for score in row] for row in rows]), 4)


def questions(count: int = 6) -> list[ChoiceQuestion]:
    return [
        ChoiceQuestion(
            id=f"i{number}",
            kind="single",
            stem="?",
            choices=[Choice(id=letter.lower(), text=letter, correct=letter == key) for letter in "ABCD"],
        )
        for number, key in enumerate(KEY[:count], start=1)
    ]


@pytest.fixture
def analysis() -> Analysis:
    return analyze(questions(), responses())


def digits(statistic: Statistic, places: int) -> str:
    assert statistic.value is not None, statistic.reason
    return f"{statistic.value:.{places}f}"


def test_the_responses_give_the_published_scores() -> None:
    """Scoring the picks against the key gives the scored vector."""
    shares = [[Fraction(row[j] == (KEY[j].lower(),)) for j in range(6)] for row in responses()]
    assert shares == scored()


def test_the_whole_test(analysis: Analysis) -> None:
    """Mean, spread, reliability with its interval and the standard error, as worked out by hand and by pingouin."""
    assert (analysis.mean.value, analysis.median.value, analysis.learners) == (3.7, 4, 10)
    assert digits(analysis.deviation, 6) == "2.002776"
    assert digits(analysis.kr20, 6) == digits(analysis.alpha, 6) == "0.757895"
    assert analysis.alpha.value == pytest.approx(72 / 95, abs=1e-15)
    assert digits(analysis.kr21, 6) == "0.728532"
    assert digits(analysis.sem, 6) == "0.985450"
    assert analysis.alpha_interval is not None
    assert [round(bound, 3) for bound in analysis.alpha_interval] == [0.416, 0.931]
    scores = matrix(scored())
    assert float(scores.variance(scores.totals, less=0)) == 3.61
    assert analysis.sem.value and f"{100 * analysis.sem.value / 6:.4f}" == "16.4242"
    assert f"{1.9 * (1 - 72 / 95) ** 0.5:.6f}" == "0.934880"


@pytest.mark.parametrize(
    ("item", "p", "r", "uncorrected", "d27", "efficiency", "without"),
    [
        (1, ".8", ".579225", ".710526", ".6667", "79.1667", ".706320"),
        (2, ".7", ".541332", ".700594", ".6667", "66.6667", ".711538"),
        (3, ".7", ".541332", ".700594", ".6667", "66.6667", ".711538"),
        (4, ".5", ".500000", ".684211", ".8889", "57.1429", ".722656"),
        (5, ".5", ".361158", ".578947", ".5556", "42.8571", ".760870"),
        (6, ".5", ".500000", ".684211", ".8889", "57.1429", ".722656"),
    ],
)
def test_the_items(
    analysis: Analysis, item: int, p: str, r: str, uncorrected: str, d27: str, efficiency: str, without: str
) -> None:
    """Difficulty, both discriminations, D27 with ties shared, Moodle's efficiency and alpha without the item."""
    found = analysis.items[item - 1]
    assert digits(found.difficulty, 1) == f"0{p}"
    assert digits(found.discrimination, 6) == f"0{r}"
    assert digits(found.uncorrected, 6) == f"0{uncorrected}"
    assert digits(found.d27, 4) == f"0{d27}"
    assert found.efficiency.value and f"{100 * found.efficiency.value:.4f}" == efficiency
    assert digits(found.alpha_without, 6) == f"0{without}"


@pytest.mark.parametrize(
    ("item", "choice", "count", "rest", "r"),
    [
        (5, "a", 5, 3.8, 0.3612),
        (5, "b", 2, 4.0, 0.2408),
        (5, "c", 1, 3.0, -0.0401),
        (5, "d", 2, 1.0, -0.6621),
        (6, "a", 2, 1.5, -0.5312),
        (6, "b", 5, 4.0, 0.5000),
        (6, "c", 2, 3.5, 0.0937),
        (6, "", 1, 2.0, -0.2500),
        (4, "a", 4, 2.5, -0.3572),
        (4, "b", 1, 2.0, -0.2500),
        (4, "d", 5, 4.0, 0.5000),
    ],
)
def test_the_choices(analysis: Analysis, item: int, choice: str, count: int, rest: float, r: float) -> None:
    """Who took each choice, how they did on the rest, and the correlation, blanks included."""
    (use,) = [use for use in analysis.items[item - 1].choices if use.choice == choice]
    assert (use.count, use.mean_rest.value, use.share.value) == (count, rest, count / 10)
    assert use.correlation.value == pytest.approx(r, abs=5.0001e-5), "the printed digits; one value is a tie, 0.09375"


def test_partial_credit() -> None:
    """With quarter and half scores alpha, SEM and every corrected r are the published ones, and KR-20 is absent."""
    rows = scored()
    for row, score in zip(rows, "1 1 1/2 1 1 0 1/2 0 1/4 0".split(), strict=True):
        row[5] = Fraction(score)
    scores = matrix(rows)
    assert f"{float(scores.variance(scores.totals)):.6f}" == "4.200694"
    assert digits(scores.alpha(), 6) == "0.799868"
    assert digits(scores.sem(), 6) == "0.916894"
    found = [digits(scores.discrimination(item), 6) for item in range(6)]
    assert found == ["0.528441", "0.573776", "0.535683", "0.536939", "0.432836", "0.764706"]
    assert scores.kr20() == Statistic(None, "some question gives partial credit; see alpha")


def test_the_flags_name_what_to_look_at(analysis: Analysis) -> None:
    """Item 5 is the one to look at: a wrong choice attracts strong learners and alpha rises without it."""
    flags = {item.question: item.flags for item in analysis.items}
    assert flags["i5"] == (
        "the test would be more reliable without it (alpha 0.761, now 0.758)",
        "wrong choice `b` attracts strong learners (r = +0.24)",
    )
    assert flags["i1"] == flags["i4"] == ()


def test_a_wrong_key_is_found() -> None:
    """With the key moved to a wrong choice, strong learners get it wrong and the best take another choice."""
    asked = questions()
    asked[3] = asked[3].replace(choices=[choice.replace(correct=choice.id == "a") for choice in asked[3].choices])
    flags = analyze(asked, responses()).items[3].flags
    assert "those who do well otherwise do worse here: check the key first" in flags
    assert "the best learners took `d` more often than the key: is the key right?" in flags


def test_figures_agree_with_numpy() -> None:
    """On 200 learners and 15 items with partial credit every figure is numpy's to twelve digits."""
    rng = np.random.default_rng(0)
    skill = rng.normal(size=(200, 1))
    quarters = np.clip(np.round(2 + skill + rng.normal(size=(200, 15))), 0, 4).astype(int)
    scores = Scores(quarters, 4)
    x = quarters / 4
    total = x.sum(axis=1)
    alpha = 15 / 14 * (1 - x.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    assert scores.alpha().value == pytest.approx(alpha, abs=1e-12)
    assert scores.sem().value == pytest.approx(total.std(ddof=1) * np.sqrt(1 - alpha), abs=1e-12)
    for item in range(15):
        rest = total - x[:, item]
        assert scores.discrimination(item).value == pytest.approx(np.corrcoef(x[:, item], rest)[0, 1], abs=1e-12)
        best = np.cov(np.sort(x[:, item]), np.sort(rest))[0, 1]
        assert scores.efficiency(item).value == pytest.approx(np.cov(x[:, item], rest)[0, 1] / best, abs=1e-12)
    order = np.argsort(total, kind="stable")
    assert scores.size == 54
    untied = [n for n in range(200) if total[n] not in (total[order[53]], total[order[146]])]
    assert scores.groups is not None
    assert {n for n in untied if scores.groups[1].sure[n]} == {n for n in untied if total[n] < total[order[53]]}


def test_what_is_undefined_is_absent_with_a_reason() -> None:
    """No learners, one learner, equal totals, one question, an item all right: a reason, never 0 and never NaN."""
    rows = responses()
    alone = analyze(questions(), rows[:1])
    assert alone.alpha == alone.items[0].discrimination == Statistic(None, "fewer than 2 learners")
    assert alone.alpha_interval is None
    alike = analyze(questions(), [rows[0]] * 5)
    assert alike.alpha == alike.items[0].d27 == Statistic(None, "the totals do not differ")
    assert alike.items[0].discrimination == Statistic(None, "everybody has the same score on it")
    assert alike.items[0].choices[1].correlation == Statistic(None, "everybody took it")
    assert alike.items[0].choices[0].correlation == Statistic(None, "nobody took it")
    one = analyze(questions(1), [row[:1] for row in rows])
    assert one.alpha == Statistic(None, "fewer than 2 questions")
    assert one.items[0].discrimination == Statistic(None, "there is only one question")
    right = [(("b",), *row[1:]) for row in rows]
    kept = analyze(questions(), right)
    assert kept.items[0].discrimination.value is None
    assert kept.alpha.value is not None, "an item that all got right stays in alpha with variance 0"
    nobody = analyze(questions(), [])
    assert nobody.mean == Statistic(None, "no learners")
    for analysis in (alone, alike, one, kept, nobody):
        assert "nan" not in (text("q", analysis) + csv_text(analysis) + json_text("q", analysis)).lower()


def test_survey_questions_are_left_out() -> None:
    """A question of 0 points is in no total."""
    asked = questions()
    asked[5] = asked[5].replace(points=Fraction(0))
    analysis = analyze(asked, responses())
    assert analysis.surveys == ("i6",) and len(analysis.items) == 5
    assert analysis.mean.value == 3.2


def write_class(folder: Path, quiz: str, rows: list[Row]) -> None:
    """The vector as answers files of a class."""
    for number, row in enumerate(rows, start=1):
        answers = folder / f"L{number:02}" / "answers"
        answers.mkdir(parents=True)
        picks = {f"i{item}": list(picks) for item, picks in enumerate(row, start=1)}
        (answers / f"{quiz}.yaml").write_text(f"picks: {json.dumps(picks)}\n")


def vector_course(folder: Path) -> None:
    lines = ["format: 1", "id: vector", "title: Vector", "questions:"]
    for question in questions():
        lines += [f"  - id: {question.id}", "    kind: single", '    stem: "?"', "    choices:"]
        for choice in question.choices:
            correct = str(choice.correct).lower()
            lines.append(f'      - {{id: {choice.id}, text: "{choice.text}", correct: {correct}}}')
    (folder / "quizzes" / "vector.yaml").write_text("\n".join(lines) + "\n")


def test_the_command_from_files_to_figure(course: Path, tmp_path: Path, cli: Cli) -> None:
    """A class's folders give the published numbers on the screen, in CSV and JSON, and a picture."""
    vector_course(course)
    write_class(tmp_path / "class", "vector", responses())
    (tmp_path / "class" / "L11" / "answers").mkdir(parents=True)
    (tmp_path / "class" / "L11" / "answers" / "vector.yaml").write_text("picks: {i1: [a, b]}\n")
    (tmp_path / "class" / "L12" / "answers").mkdir(parents=True)
    (tmp_path / "class" / "L12" / "answers" / "vector.json").write_text("{")
    out = [f"--{kind}" for kind in ("csv", "json", "figure")]
    files = [tmp_path / f"out.{suffix}" for suffix in ("csv", "json", "png")]
    options = [part for pair in zip(out, files, strict=True) for part in pair]
    result = cli(course, "analyze", "vector", tmp_path / "class", *options)
    assert result.returncode == 0, result.stderr
    assert "alpha 0.758, 95 % interval 0.416 to 0.931, KR-20 0.758, KR-21 0.729" in result.stdout
    assert "! fewer than 30 learners: every figure here is unstable" in result.stdout
    assert "r 0.361  r uncorr. 0.579  D27 0.556  efficiency 0.429  alpha without 0.761" in result.stdout
    assert "vector.yaml: the answer to `i1` is invalid" in result.stderr
    assert "vector.json:1: this is not JSON" in result.stderr
    assert json.loads(files[1].read_text())["sem"]["value"] == pytest.approx(0.985450, abs=1e-6)
    with files[0].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30 and rows[4]["choice"] == "blank"
    assert float(rows[20]["discrimination"]) == pytest.approx(0.361158, abs=1e-6)
    assert files[2].read_bytes().startswith(b"\x89PNG")
    again = cli(course, "analyze", "vector", tmp_path / "class", "--figure", tmp_path / "again.png")
    assert again.returncode == 0
    assert (tmp_path / "again.png").read_bytes() == files[2].read_bytes()
    nobody = cli(course, "analyze", "vector", course)
    assert nobody.returncode == 2 and "no answers to `vector`" in nobody.stderr
