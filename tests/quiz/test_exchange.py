"""What leaves for a learning platform and comes back is the same quiz to the scorer, and what is lost is told."""

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.exchange import FORMATS, read, write
from grader.quiz.exchange.rendering import to_html
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import read_quiz
from tests.quiz import nasty

BANK = sorted((Path(__file__).parents[2] / "quizzes").glob("*.yaml"))
NASTY = range(12)


def tables(quiz: Quiz) -> dict[str, object]:
    """For each question its points and what every answer set pays, by choice ids."""
    return {question.id: (question.points, table(question)) for question in quiz.questions}


def table(question: ChoiceQuestion) -> dict[frozenset[str], object]:
    most = 1 if question.kind == "single" else len(question.choices)
    sets = [frozenset(picks) for count in range(most + 1) for picks in combinations(sorted(question.ids), count)]
    return {picks: question.share(tuple(picks)) for picks in sets}


def shape(quiz: Quiz) -> dict[str, object]:
    """All that must survive but the spelling of the Markdown: texts count as the HTML they render to."""
    return {
        "quiz": (quiz.id, " ".join(quiz.title.split()), quiz.attempts),
        "questions": [
            (
                [question.id, question.kind, question.points, question.scoring, question.shuffle, question.tags],
                [question.objective, question.source, to_html(question.stem), to_html(question.explanation)],
                {
                    choice.id: (
                        [choice.correct, choice.pin, choice.misconception, choice.if_not_chosen],
                        [to_html(choice.text), to_html(choice.feedback)],
                    )
                    for choice in question.choices
                },
            )
            for question in quiz.questions
        ],
    }


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", BANK, ids=lambda path: path.stem)
def test_the_bank_comes_back_with_every_answer_set_worth_the_same(path: Path, form: str) -> None:
    """Each quiz of the course keeps its scoring table over all 2^k answer sets, and all its texts and labels."""
    whole = read_quiz(path)
    found = read(write(whole, form).data, form, f"{path.stem}.export")
    quiz, back = nasty.only_choices(whole), nasty.only_choices(found)
    assert tables(back) == tables(quiz)
    assert shape(back) == shape(quiz)
    assert [question.id for question in found.questions] == [question.id for question in whole.questions]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", BANK, ids=lambda path: path.stem)
def test_the_banks_typed_answers_come_back_with_key_and_slugs(path: Path, form: str) -> None:
    """Of numbers and orders the first variant comes back: key, known wrong answers, feedback and misconceptions."""
    quiz = read_quiz(path)
    back = read(write(quiz, form).data, form, f"{path.stem}.export")
    for question, found in zip(quiz.questions, back.questions, strict=True):
        if not isinstance(question, ChoiceQuestion):
            shown = question.variant(0)
            assert (found.kind, found.key) == (shown.kind, shown.key)
            assert [told(option) for option in found.options] == [told(option) for option in shown.options]


def told(option: Choice) -> list[object]:
    return [option.id, option.text, option.correct, to_html(option.feedback), option.misconception]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("seed", NASTY)
def test_nasty_questions_come_back_with_every_answer_set_worth_the_same(seed: int, form: str) -> None:
    """Texts made of every format's control characters change neither the key nor the text."""
    quiz = nasty.quiz(seed)
    back = read(write(quiz, form).data, form, "nasty.export")
    assert tables(back) == tables(quiz)
    assert shape(back) == shape(quiz)


@pytest.mark.parametrize("form", FORMATS)
def test_check_is_neither_written_nor_kept(form: str) -> None:
    """An export does not name the author's code, and an import that does is read without it."""
    export = write(nasty.quiz(1), form)
    assert b"secret_check" not in export.data
    assert any("check" in loss for loss in export.losses)
    planted = export.data.replace(b'gradeloop:{"', b'gradeloop:{"check":"secret_check","')
    assert (planted != export.data) == (form != "qti12")
    assert all(question.check is None for question in read(planted, form, "x").questions)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_quiz_is_written_to_the_same_bytes(form: str, tmp_path: Path) -> None:
    """No date, no random id and no hash order shows: another process, day and time zone write the same file."""
    script = (
        "import sys; from tests.quiz import nasty; from grader.quiz.exchange import write;"
        f"sys.stdout.buffer.write(write(nasty.quiz(3), {form!r}).data)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati"}
    other = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert other.stdout == write(nasty.quiz(3), form).data


def test_choices_are_not_written_with_the_key_first(tiny: Quiz) -> None:
    """Where a platform does not shuffle, the place of the key must not give it away."""
    quiz = tiny.replace(questions=tuple(nasty.quiz(seed).questions[n] for seed in NASTY for n in range(4)))
    quiz = quiz.replace(questions=tuple(q.replace(id=f"n{n}", shuffle=True) for n, q in enumerate(quiz.questions)))
    assert all(question.choices[0].correct for question in quiz.questions)
    back = read(write(quiz, "moodle-xml").data, "moodle-xml", "x")
    first = [question.choices[0].correct for question in back.questions]
    assert 0.2 < sum(first) / len(first) < 0.9


@pytest.mark.parametrize(
    ("form", "loss"),
    [
        ("gift", "no all-or-nothing scoring"),
        ("gift", "may move"),
        ("gift", "may shuffle"),
        ("gift", "Moodle gives 1"),
        ("moodle-xml", "no all-or-nothing scoring"),
        ("moodle-xml", "no shuffling"),
        ("moodle-xml", "drops their ids"),
        ("qti12", "all or nothing here"),
        ("qti12", "platforms other than Canvas"),
        ("qti12", "it will not shuffle"),
        *((form, "`fig-1.png`") for form in FORMATS),
        *((form, "misconceptions") for form in FORMATS),
    ],
)
def test_losses_are_told_where_there_are_any_and_only_there(form: str, loss: str) -> None:
    """Each thing a platform drops is a sentence, and a quiz without that thing is exported without it."""
    quiz = nasty.quiz(5, questions=40)
    assert sum(loss in said for said in write(quiz, form).losses) >= 1
    plain = quiz.questions[0].replace(
        kind="single", stem="x", explanation="", scoring="partial", shuffle=True, points=1, objective=None, source=""
    )
    plain = plain.replace(
        choices=tuple(plain.choices[0].replace(id=i, text=i, correct=i == "a") for i in "ab"), check=None
    )
    plain = plain.replace(
        choices=tuple(c.replace(pin=None, misconception=None, if_not_chosen="") for c in plain.choices)
    )
    plain = plain.replace(choices=tuple(choice.replace(feedback="") for choice in plain.choices))
    told = write(quiz.replace(questions=(plain,)), form).losses
    assert [said for said in told if loss in said and "drops their ids" not in said] == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_quiz_without_a_key_is_not_exported(form: str, tiny: Quiz) -> None:
    """A graded release, a question without a wrong choice and a control character are refused with a sentence."""
    single = tiny.questions[0]
    all_right = single.replace(
        kind="multiple", choices=tuple(choice.replace(correct=True) for choice in single.choices)
    )
    for quiz in (
        tiny.replace(release="graded"),
        tiny.replace(questions=(all_right,)),
        tiny.replace(title="bell \x07"),
        tiny.replace(questions=(single.replace(stem="red \x1b[31m"),)),
    ):
        with pytest.raises(UsageError):
            write(quiz, form)


@pytest.mark.parametrize("form", ["gift", "moodle-xml"])
def test_a_share_moodle_does_not_know_is_refused(form: str, tiny: Quiz) -> None:
    """Eleven correct choices would need 100/11 %, which no Moodle imports; QTI has no such limit."""
    choice = tiny.questions[0].choices[0]
    choices = tuple(choice.replace(id=f"c{n}", text=f"{n}", correct=n < 11) for n in range(12))
    quiz = tiny.replace(questions=(tiny.questions[0].replace(kind="multiple", choices=choices),))
    with pytest.raises(UsageError, match="11 correct choices"):
        write(quiz, form)
    assert tables(read(write(quiz, "qti12").data, "qti12", "x")) == tables(quiz)


def test_an_unknown_format_is_named_with_the_known_ones(tiny: Quiz) -> None:
    """A typo in the format's name is told what was meant."""
    with pytest.raises(UsageError, match=r"there is no format `moodle`.*\n.*gift, moodle-xml, qti12"):
        write(tiny, "moodle")
    with pytest.raises(UsageError, match="did you mean `qti12`"):
        read(b"", "qti-12", "x")
