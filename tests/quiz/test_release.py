"""Releases: what learners get, and that a graded one betrays nothing."""

import json
import stat
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.format.model import Quiz
from grader.quiz.format.order import shown_order
from grader.quiz.format.reader import read_quiz
from grader.quiz.score.keys import read_keys
from grader.quiz.score.release import release_quiz, write_release
from grader.quiz.score.scoring import score_answers

from .conftest import Cli


def secrets(quiz: Quiz) -> set[str]:
    """Everything an author writes that would help somebody to answer."""
    found = {"correct", "feedback", "misconception", "explanation", "if_not_chosen", "check", "tags", "objective"}
    for question in quiz.questions:
        found |= {question.explanation, question.check or "", question.source, question.objective or "", *question.tags}
        for choice in question.choices:
            found |= {choice.id, choice.feedback, choice.misconception or "", choice.if_not_chosen}
    return found - {""}


def test_no_byte_of_a_graded_release_holds_a_secret(course: Path, tmp_path: Path) -> None:
    """Neither a file's bytes nor its name has a key, a feedback, a choice id of the author's or a hash of the key."""
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    out = tmp_path / "out"
    write_release(quiz, "graded", out, course / "quizzes")
    files = [path for path in out.rglob("*") if path.is_file()]
    assert [str(path.relative_to(out)) for path in files] == ["quizzes/tiny.yaml"]
    data = b"".join(path.read_bytes() + str(path.relative_to(out)).encode() for path in files)
    leaked = [secret for secret in secrets(quiz) | {quiz.key_hash, quiz.content_hash} if secret.encode() in data]
    assert leaked == []
    practice = write_release(quiz, "practice", tmp_path / "practice").read_bytes()
    assert b"secret explanation" in practice and b"key-e3" in practice and b"secret_check" not in practice


def test_the_key_cannot_be_told_from_the_order(tiny: Quiz) -> None:
    """Marking another choice correct, or naming choices otherwise, releases the very same quiz."""
    first, second = tiny.questions
    ids = ["z", "y", "x", "w"]
    choices = [choice.replace(id=new, correct=new == "w") for new, choice in zip(ids, first.choices, strict=True)]
    other = tiny.replace(questions=(first.replace(choices=choices), second))
    assert release_quiz(tiny, "graded")[0] == release_quiz(other, "graded")[0]
    assert [choice.id for choice in release_quiz(tiny, "graded")[0].questions[0].choices] == ["k1", "k2", "k3", "k4"]


def test_the_map_stays_with_the_instructor(course: Path, tmp_path: Path) -> None:
    """It lies in quizzes/keys/, for its owner alone, ignored by git, and turns opaque ids back."""
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    released = read_quiz(write_release(quiz, "graded", tmp_path / "out", course / "quizzes"))
    (path,) = (course / "quizzes" / "keys").glob("*.json")
    assert path.name == f"tiny-{released.content_hash[:8]}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (course / "quizzes" / "keys" / ".gitignore").read_text() == "*\n"
    (key,) = read_keys(course / "quizzes", "tiny")
    texts = {choice.id: choice.text for choice in quiz.questions[0].choices}
    for choice in released.questions[0].choices:
        assert texts[key.choices["stop-epoch"][choice.id]] == choice.text


@pytest.mark.parametrize("out", [".", "..", "quizzes"])
def test_the_key_never_lands_in_what_is_handed_out(course: Path, out: str) -> None:
    """A release into the course itself, or above it, is refused, and the author's file stays as it was."""
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    with pytest.raises(UsageError, match="would be overwritten|would lie inside"):
        write_release(quiz, "graded", (course / out).resolve(), course / "quizzes")
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before


def test_a_release_may_be_written_again_but_not_released_again(course: Path, tmp_path: Path) -> None:
    """The second writing gives the same bytes; a release is no author's file."""
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    path = write_release(quiz, "graded", tmp_path / "out", course / "quizzes")
    before = path.read_bytes()
    assert write_release(quiz, "graded", tmp_path / "out", course / "quizzes").read_bytes() == before
    with pytest.raises(UsageError, match="this is itself a graded release"):
        write_release(read_quiz(path), "practice", tmp_path / "again", course / "quizzes")


def test_images_go_along(course: Path, tmp_path: Path) -> None:
    """A shown image is copied; one that is missing or lies elsewhere stops the release before anything is written."""
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    first, second = quiz.questions
    shown = quiz.replace(questions=(first.replace(stem="![curves](images/curves.png)"), second))
    with pytest.raises(UsageError, match="there is no image `images/curves.png`"):
        write_release(shown, "graded", tmp_path / "out", course / "quizzes")
    assert not (tmp_path / "out").exists() and not (course / "quizzes" / "keys").exists()
    (course / "quizzes" / "images").mkdir()
    (course / "quizzes" / "images" / "curves.png").write_bytes(b"png")
    write_release(shown, "graded", tmp_path / "out", course / "quizzes")
    assert (tmp_path / "out" / "quizzes" / "images" / "curves.png").read_bytes() == b"png"
    (course / "secret.png").write_bytes(b"png")
    outside = quiz.replace(questions=(first.replace(stem="![a](../secret.png)"), second))
    with pytest.raises(UsageError, match="there is no image"):
        write_release(outside, "graded", tmp_path / "out2", course / "quizzes")


def test_graded_from_release_to_points(course: Path, tmp_path: Path, cli: Cli) -> None:
    """Release, take without any key in sight, score with the map: the learner gets what the picks are worth."""
    released = cli(course, "release", "tiny", "--mode", "graded", "--out", tmp_path / "anna")
    assert released.returncode == 0
    taken = cli(tmp_path / "anna", "take", "tiny", "--learner", "anna", typed="1\n1 2\ny\n")
    assert taken.returncode == 0
    assert "Submitted: 2 of 2 questions answered. Your instructor scores them." in taken.stdout
    assert "✓" not in taken.stdout and "✗" not in taken.stdout
    scored = cli(course, "score", "tiny", tmp_path / "anna", "--json")
    assert scored.returncode == 0
    (row,) = json.loads(scored.stdout)["results"]
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    answers = json.loads((tmp_path / "anna" / "answers" / "tiny.json").read_text())
    (key,) = read_keys(course / "quizzes", "tiny")
    order = answers["attempts"][0]["order"]
    picked = {key.choices["batchnorm"][pick] for pick in order["batchnorm"][:2]}
    right = len(picked & {"key-mean", "key-run"})
    first = key.choices["stop-epoch"][order["stop-epoch"][0]]
    assert (row["student"], row["earned"]) == ("anna", str((first == "key-e3") + max(0, 2 * right - 2)))
    assert order["stop-epoch"] == list(shown_order(release_quiz(quiz, "graded")[0].questions[0], "tiny", "anna|1"))


def test_answers_to_a_release_need_its_map(course: Path, tmp_path: Path) -> None:
    """Without the map, or under another hash, opaque ids are refused rather than guessed; hand-made ones find it."""
    quiz = read_quiz(course / "quizzes" / "tiny.yaml")
    released = read_quiz(write_release(quiz, "graded", tmp_path / "out", course / "quizzes"))
    keys = read_keys(course / "quizzes", "tiny")
    right = {real: opaque for opaque, real in keys[0].choices["stop-epoch"].items()}["key-e3"]
    by_hand = tmp_path / "bob.yaml"
    by_hand.write_text(f"picks: {{stop-epoch: [{right}]}}\n")
    assert score_answers(quiz, by_hand, keys).earned == 1
    assert score_answers(quiz, by_hand).invalid == ("stop-epoch",)
    by_hand.write_text(f"hash: {released.content_hash[:8]}\npicks: {{stop-epoch: [{right}, {right}]}}\n")
    assert score_answers(quiz, by_hand, keys).invalid == ("stop-epoch",)
    by_hand.write_text(f"hash: '00000000'\npicks: {{stop-epoch: [{right}]}}\n")
    with pytest.raises(UsageError, match="answers another version"):
        score_answers(quiz, by_hand, keys)
    by_hand.write_text(f"hash: {released.content_hash[:8]}\npicks: {{stop-epoch: [{right}]}}\n")
    with pytest.raises(UsageError, match=f"{released.content_hash[:8]} of `tiny`, whose key map .* is lost"):
        score_answers(quiz, by_hand)
    by_hand.write_text(f"hash: {released.content_hash[:8]}\npicks: {{stop-epoch: [key-e3]}}\n")
    assert score_answers(quiz, by_hand, keys).invalid == ("stop-epoch",), "the author's ids are no answer to a release"
