"""`grader quiz take`: the dialog, what is kept of it, and that nothing is lost on the way."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.quiz.format.answers import read_answers
from grader.quiz.format.model import Quiz

from .conftest import TINY, Cli


def kept(course: Path) -> Any:
    return json.loads((course / "answers" / "tiny.json").read_text())


def place(course: Path, question: str, choice: str) -> str:
    """The number under which a choice was shown, as a learner types it."""
    return str(kept(course)["attempts"][-1]["order"][question].index(choice) + 1)


def test_a_whole_quiz_through_a_pipe(course: Path, cli: Cli) -> None:
    """Questions, review, submission, feedback for what was ticked and missed, the explanation and the points."""
    first = cli(course, "take", "tiny", "--mode", "exam", "--learner", "anna", typed="1\nq\n")
    assert first.returncode == 1 and "Stopped; your answers are saved." in first.stdout
    right, wrong = place(course, "batchnorm", "key-mean"), place(course, "batchnorm", "wrong-used")
    last = cli(course, "take", "tiny", "--mode", "exam", typed=f"{right}\nr\n1\n4\ny\n")
    assert last.returncode == 0
    assert "You go on where you stopped." in last.stdout
    assert "Question 2 of 2 (2 points; several may be right" in last.stdout
    assert "(x−μ)/√(σ²+ε)" in last.stdout and "losses = [1.0, 0.8, 0.9, 0.85]" in last.stdout
    assert "✗ Question 1: wrong (0 of 1)" in last.stdout
    assert "✗ you chose: Never\n      The count of misses does reach two." in last.stdout
    assert "✓ right is: 3\n      Epochs 2 and 3 both fail to beat the best." in last.stdout
    assert "One miss alone" not in last.stdout, "feedback of a choice nobody asked about"
    assert "The secret explanation counts to two." in last.stdout
    assert "! Question 2: partial (1 of 2)" in last.stdout
    assert "! also right: Running statistics move" in last.stdout
    assert "✓ you left: One row is enough\n      Right to leave it, one row raises." in last.stdout
    assert "\n1 of 3 points." in last.stdout
    assert wrong != right and "\x1b" not in last.stdout


def test_what_is_recorded(course: Path, cli: Cli, tiny: Quiz) -> None:
    """The order shown, the picks, the seconds and the content hash, and nothing that the scorer would not take."""
    cli(course, "take", "tiny", "--mode", "exam", "--learner", "anna", typed="2\n1,3\ny\n")
    record = kept(course)
    (attempt,) = record["attempts"]
    assert (record["format"], record["quiz"], record["learner"]) == (1, "tiny", "anna")
    assert attempt["hash"] == tiny.content_hash
    assert attempt["picks"] == {
        "stop-epoch": [attempt["order"]["stop-epoch"][1]],
        "batchnorm": [attempt["order"]["batchnorm"][0], attempt["order"]["batchnorm"][2]],
    }
    assert set(attempt["seconds"]) == set(attempt["order"]) == {"stop-epoch", "batchnorm"}
    assert all(0 <= seconds < 60 for seconds in attempt["seconds"].values())
    assert attempt["submitted"] is True
    assert read_answers(course / "answers" / "tiny.json", "tiny").attempts[0].submitted


def test_back_skip_clear_and_wrong_input(course: Path, cli: Cli) -> None:
    """b goes back, Enter and s go on, c clears, ? helps; what is no answer is said and asked again."""
    typed = "\nb\n1\nb\nc\n2\n?\n9\nx\n1 2\ns\ny\n"
    result = cli(course, "take", "tiny", "--mode", "exam", typed="1 2\n" + typed)
    assert "! This question takes one answer." in result.stdout
    assert "b          back to the question before" in result.stdout
    assert result.stdout.count("! Type numbers from 1 to 4, or ? for help.") == 2
    assert "(* is your answer so far)" in result.stdout
    attempt = kept(course)["attempts"][0]
    assert attempt["picks"]["stop-epoch"] == [attempt["order"]["stop-epoch"][1]]
    assert attempt["picks"]["batchnorm"] == attempt["order"]["batchnorm"][:2] or len(attempt["picks"]["batchnorm"]) == 2


def test_review_leads_to_a_question_and_back(course: Path, cli: Cli) -> None:
    """From the review a number changes one answer and returns; only y submits."""
    result = cli(course, "take", "tiny", "--mode", "exam", typed="1\nr\n7\nno\n1\n2\ny\n")
    assert result.returncode == 0
    assert result.stdout.count("Your answers\n") == 2
    assert " 1. 1 " in result.stdout and " 1. 2 " in result.stdout and " 2. blank " in result.stdout
    assert result.stdout.count("! Type y, q or a number from 1 to 2.") == 2
    assert "Question 2: blank (0 of 2)" in result.stdout


def test_ctrl_c_keeps_the_answers_and_the_place(course: Path, cli: Cli) -> None:
    """Interrupted at the second question, the quiz goes on there, with the order and the answer it had."""
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "quiz", "take", "tiny", "--learner", "anna"],
        cwd=course,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert process.stdin and process.stdout
    process.stdin.write("3\n")
    process.stdin.flush()
    seen = ""
    while "Question 2 of 2" not in seen:
        seen += process.stdout.readline()
    while "4)" not in seen.split("Question 2")[1]:
        seen += process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Stopped; your answers are saved. `grader quiz take tiny` goes on." in rest
    assert "Traceback" not in errors
    before = kept(course)["attempts"][0]
    assert before["picks"] == {"stop-epoch": [before["order"]["stop-epoch"][2]]} and not before["submitted"]
    again = cli(course, "take", "tiny", "--mode", "exam", typed="1\ny\n")
    assert again.returncode == 0 and "Question 1 of 2" not in again.stdout
    after = kept(course)["attempts"][0]
    assert after["order"] == before["order"] and after["picks"]["stop-epoch"] == before["picks"]["stop-epoch"]


def test_a_closed_pipe_keeps_the_answers(course: Path, cli: Cli) -> None:
    """Input that ends early is no submission: exit code 1, answers saved, nothing shown of the key."""
    result = cli(course, "take", "tiny", "--mode", "exam", typed="1\n")
    assert result.returncode == 1 and "Stopped" in result.stdout and "✓" not in result.stdout
    assert len(kept(course)["attempts"][0]["picks"]) == 1
    assert cli(course, "list").stdout.strip() == "tiny  Tiny: two kinds of question (begun)"


def test_a_changed_quiz_starts_again(course: Path, cli: Cli) -> None:
    """Answers begun for another text are not carried over, and the learner is told."""
    cli(course, "take", "tiny", "--mode", "exam", typed="1\nq\n")
    (course / "quizzes" / "tiny.yaml").write_text(TINY.replace("does it stop?", "does it end?"))
    result = cli(course, "take", "tiny", "--mode", "exam", typed="2\n1\ny\n")
    assert "! The quiz has changed since you began: you start again." in result.stdout
    (attempt,) = kept(course)["attempts"]
    assert attempt["picks"]["stop-epoch"] == [attempt["order"]["stop-epoch"][1]]


@pytest.mark.parametrize("release", ["practice", "graded"])
def test_attempts_run_out_where_it_is_graded(course: Path, tmp_path: Path, cli: Cli, release: str) -> None:
    """The third of two attempts is refused in a graded release and merely does not count in practice."""
    cli(course, "release", "tiny", "--mode", release, "--out", tmp_path / "ws")
    for _ in range(2):
        assert cli(tmp_path / "ws", "take", "tiny", typed="1\n1\ny\n").returncode == 0
    third = cli(tmp_path / "ws", "take", "tiny", typed="1\n1\ny\n")
    if release == "graded":
        assert third.returncode == 2 and "you have used all 2 attempts" in third.stderr
    else:
        assert third.returncode == 0 and "only the first 2 count" in third.stdout


def test_a_hostile_quiz_cannot_steer_the_terminal(course: Path, cli: Cli) -> None:
    """Reading-direction characters of a quiz from elsewhere are shown as replacement signs."""
    (course / "quizzes" / "tiny.yaml").write_text(TINY.replace("does it stop?", "does \u202e it stop?"))
    result = cli(course, "take", "tiny", "--mode", "exam", typed="q\n")
    assert "\u202e" not in result.stdout and "does � it stop?" in result.stdout


def test_someone_elses_answers_are_not_overwritten(course: Path, cli: Cli) -> None:
    """A file that is no record of this quiz stops the command before anything is asked or written."""
    (course / "answers").mkdir()
    (course / "answers" / "tiny.json").write_text('{"format": 1, "quiz": "other", "attempts": []}')
    result = cli(course, "take", "tiny", "--mode", "exam", typed="1\n1\ny\n")
    assert result.returncode == 2 and "these are answers to `other`" in result.stderr
    assert "other" in (course / "answers" / "tiny.json").read_text()


def test_practice_tells_right_or_wrong_after_each_question(course: Path, cli: Cli) -> None:
    """The default where there is a key: why is told at once and the answer stays, a blank one is told at the end."""
    path = course / "quizzes" / "tiny.yaml"
    lesson = '    lesson: "lesson.md # Early stopping"\n    source: "secret'
    path.write_text(path.read_text().replace('    source: "secret', lesson))
    cli(course, "take", "tiny", "--learner", "anna", typed="q\n")
    cli(course, "take", "tiny", typed="1\nq\n")
    wrong = kept(course)["attempts"][0]["order"]["stop-epoch"][0] != "key-e3"
    result = cli(course, "take", "tiny", typed="b\n\nr\n1\ny\n")
    shown = result.stdout
    assert kept(course)["attempts"][0]["mode"] == "practice"
    assert kept(course)["attempts"][0]["picks"]["stop-epoch"] == [kept(course)["attempts"][0]["order"]["stop-epoch"][0]]
    assert shown.index("Question 1: ") < shown.index("Your answers") < shown.rindex("! Question 2: blank")
    assert wrong == ("Read again:\n  Early stopping (lesson.md), for question 1" in shown)
    assert "What you missed comes back tomorrow" in shown or not wrong
    assert "\x1b" not in shown


def test_exam_tells_nothing_before_the_end(course: Path, cli: Cli) -> None:
    """No sign and no feedback stands before the review; a resumed attempt keeps its mode."""
    cli(course, "take", "tiny", "--mode", "exam", typed="1\nq\n")
    shown = cli(course, "take", "tiny", "--mode", "practice", typed="1\ny\n").stdout
    before, _, after = shown.partition("Your answers")
    assert not set("✓✗") & set(before) and set("✓✗") & set(after)
    assert kept(course)["attempts"][0]["mode"] == "exam"


def test_a_graded_quiz_cannot_be_practiced(course: Path, cli: Cli) -> None:
    """It holds no key, and says so."""
    cli(course, "release", "tiny", "--mode", "graded", "--out", course.parent / "out")
    refused = cli(course.parent / "out", "take", "tiny", "--mode", "practice", typed="")
    assert refused.returncode == 2 and "holds no key to practice with" in refused.stderr
    taken = cli(course.parent / "out", "take", "tiny", typed="1\n1\ny\n")
    assert taken.returncode == 0 and "Your instructor scores them." in taken.stdout
