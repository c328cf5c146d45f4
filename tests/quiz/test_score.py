"""From picks to points: exact fractions, the three ways not to earn any, and which attempt counts."""

import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.format.answers import Answers, Attempt, collect, find_answers, student_of, write_answers
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.model import Quiz
from grader.quiz.score.scoring import judge, score_answers


def multiple(right: int, wrong: int, scoring: str = "partial") -> ChoiceQuestion:
    choices = [Choice(id=f"c{n}", text=f"right {n}", correct=True) for n in range(right)]
    choices += [Choice(id=f"w{n}", text=f"wrong {n}") for n in range(wrong)]
    return ChoiceQuestion(id="q", kind="multiple", stem="?", choices=choices, scoring=scoring)


@pytest.mark.parametrize(
    ("right", "wrong", "scoring", "chance"),
    [
        (3, 2, "partial", Fraction(23, 96)),
        (3, 2, "all_or_nothing", Fraction(1, 32)),
        (2, 2, "partial", Fraction(3, 16)),
        (2, 2, "all_or_nothing", Fraction(1, 16)),
        (2, 3, "partial", Fraction(7, 64)),
    ],
)
def test_chance_scores_are_the_measured_ones(right: int, wrong: int, scoring: str, chance: Fraction) -> None:
    """The mean over all 2^k tick patterns is 0.2396, 0.0313, 0.1875, 0.0625 and 0.1094."""
    question = multiple(right, wrong, scoring)
    ids = sorted(question.ids)
    patterns = [set(picks) for size in range(len(ids) + 1) for picks in itertools.combinations(ids, size)]
    assert sum(question.share(tuple(picks)) for picks in patterns) / len(patterns) == chance


@pytest.mark.parametrize(
    ("picks", "partial", "all_or_nothing"),
    [
        (("c0", "c1", "c2"), Fraction(1), Fraction(1)),
        (("c0", "c1"), Fraction(2, 3), Fraction(0)),
        (("c0", "c1", "c2", "w0"), Fraction(2, 3), Fraction(0)),
        (("c0", "w0"), Fraction(0), Fraction(0)),
        (("w0", "w1"), Fraction(0), Fraction(0)),
        (("c0", "c1", "c2", "w0", "w1"), Fraction(1, 3), Fraction(0)),
    ],
)
def test_partial_and_all_or_nothing(picks: tuple[str, ...], partial: Fraction, all_or_nothing: Fraction) -> None:
    """Partial pays max(0, (t - f) / c), all or nothing pays for the exact set alone."""
    assert judge(multiple(3, 2), picks).points == partial
    assert judge(multiple(3, 2, "all_or_nothing"), picks).points == all_or_nothing


@pytest.mark.parametrize(
    ("picks", "status", "points"),
    [
        (("key-e3",), "correct", Fraction(1)),
        (("wrong-e2",), "wrong", Fraction(0)),
        ((), "blank", Fraction(0)),
        (("key-e3", "wrong-e2"), "invalid", None),
        (("nonsense",), "invalid", None),
        (("key-e3", "key-e3"), "invalid", None),
    ],
)
def test_blank_wrong_and_invalid_are_three_things(
    tiny: Quiz, picks: tuple[str, ...], status: str, points: Fraction | None
) -> None:
    """Nothing ticked, a wrong tick, and what cannot be an answer; only the last is not scored at all."""
    result = judge(tiny.questions[0], picks)
    assert (result.status, result.points) == (status, points)


def test_partial_status_and_points_of_a_multiple_question(tiny: Quiz) -> None:
    """One of two right choices of a two-point question is one point, `partial`."""
    result = judge(tiny.questions[1], ("key-mean",))
    assert (result.status, result.points, result.possible) == ("partial", Fraction(1), Fraction(2))


def write(path: Path, quiz: Quiz, *attempts: dict[str, list[str]], submitted: bool = True, hash: str = "") -> Path:
    order = {question.id: sorted(question.ids) for question in quiz.questions}
    sat = [
        Attempt(attempt=n, hash=hash or quiz.content_hash, order=order, picks=picks, submitted=submitted)
        for n, picks in enumerate(attempts, start=1)
    ]
    write_answers(path, Answers(quiz=quiz.id, attempts=sat))
    return path


BAD: dict[str, list[str]] = {"stop-epoch": ["wrong-e2"], "batchnorm": ["key-mean"]}
GOOD = {"stop-epoch": ["key-e3"], "batchnorm": ["key-mean", "key-run"]}


@pytest.mark.parametrize(
    ("keep", "first", "second", "earned", "number"),
    [
        ("highest", GOOD, BAD, 3, 1),
        ("last", GOOD, BAD, 1, 2),
        ("first", BAD, GOOD, 1, 1),
        ("average", BAD, GOOD, 2, 2),
    ],
)
def test_the_kept_attempt(
    tiny: Quiz,
    tmp_path: Path,
    keep: str,
    first: dict[str, list[str]],
    second: dict[str, list[str]],
    earned: int,
    number: int,
) -> None:
    """Moodle's four rules decide which attempt's points count."""
    quiz = tiny.replace(attempts=tiny.attempts.replace(keep=keep))
    result = score_answers(quiz, write(tmp_path / "a.json", quiz, first, second))
    assert (result.earned, result.number, result.possible) == (earned, number, 3)


def test_attempts_beyond_the_limit_and_unsubmitted_ones_do_not_count(tiny: Quiz, tmp_path: Path) -> None:
    """The third of two attempts is noted and left out; a file with nothing submitted is refused."""
    result = score_answers(tiny, write(tmp_path / "a.json", tiny, BAD, BAD, GOOD))
    assert result.earned == 1
    assert result.notes == ("attempt 3 is beyond the 2 allowed and does not count",)
    with pytest.raises(UsageError, match="holds no submitted attempt"):
        score_answers(tiny, write(tmp_path / "b.json", tiny, GOOD, submitted=False))


def test_an_invalid_answer_is_reported_and_not_scored(tiny: Quiz, tmp_path: Path) -> None:
    """Two picks on a single question leave it out of the points, and the result names it."""
    path = write(tmp_path / "a.json", tiny, {**GOOD, "stop-epoch": ["key-e3", "wrong-e2"]})
    result = score_answers(tiny, path)
    assert (result.earned, result.invalid) == (2, ("stop-epoch",))


def test_another_version_counts_only_with_the_same_choice_ids(tiny: Quiz, tmp_path: Path) -> None:
    """A reworded stem is scored with a note; a question with another choice refuses the answers."""
    path = write(tmp_path / "a.json", tiny, GOOD)
    first, second = tiny.questions
    reworded = tiny.replace(questions=(first.replace(stem="After which epoch?"), second))
    result = score_answers(reworded, path)
    assert result.earned == 3
    assert "text has changed" in result.notes[0]
    fewer = tiny.replace(questions=(first.replace(choices=first.choices[:-1]), second))
    with pytest.raises(UsageError, match="answers another version of `tiny`: the choices of `stop-epoch`"):
        score_answers(fewer, path)
    with pytest.raises(UsageError, match="answers another version"):
        score_answers(tiny.replace(questions=(first,)), path)


def test_a_corrected_key_rescores_the_same_answers(tiny: Quiz, tmp_path: Path) -> None:
    """The key is no part of the version: after a correction the old answers earn what they now should."""
    path = write(tmp_path / "a.json", tiny, BAD)
    first, second = tiny.questions
    choices = [choice.replace(correct=choice.id == "wrong-e2") for choice in first.choices]
    corrected = tiny.replace(questions=(first.replace(choices=choices), second))
    assert (score_answers(tiny, path).earned, score_answers(corrected, path).earned) == (1, 2)


def test_answers_written_by_hand(tiny: Quiz, tmp_path: Path) -> None:
    """A `picks:` map in YAML is one submitted attempt; what it leaves out is blank."""
    path = tmp_path / "anna.yaml"
    path.write_text("picks:\n  batchnorm: [key-run, key-mean]\n")
    result = score_answers(tiny, path)
    assert result.earned == 2
    assert [question.status for question in result.questions] == ["blank", "correct"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "a.yaml",
            "picks:\n  batchnrm: [key-run]\n",
            "a.yaml: `tiny` has no question `batchnrm`; did you mean `batchnorm`?",
        ),
        ("a.yaml", "pick:\n  batchnorm: [key-run]\n", "a.yaml:1: unknown key `pick`; did you mean `picks`?"),
        ("a.yaml", "picks:\n  batchnorm: key-run\n", "a.yaml:2: `batchnorm` must be a list, not 'key-run'"),
        ("a.yaml", "picks: {batchnorm: [1]}\n", "a.yaml:1: `batchnorm` (item 1) must be text, not 1; put it in quotes"),
        ("a.yaml", "quiz: other\npicks: {}\n", "a.yaml: these are answers to `other`, not to `tiny`"),
        ("a.yaml", "picks: &a {}\n", "a.yaml:1: anchor `&a` is not allowed"),
        ("a.json", '{"format": 1,\n "quiz": }', "a.json:2: this is not JSON"),
        ("a.json", '{"format": 1,\n "quiz": "tiny",\n "attempts": 3}', "a.json:3: `attempts` must be a list, not 3"),
        ("a.json", "[" * 200_000, "a.json:1: this is not JSON: recursion limit exceeded"),
        ("a.json", '{"format": 1, "quiz": "tiny\\u202e", "attempts": []}', "answers to `tiny\\u202e`, not"),
        ("a.json", '{"format": 1, "quiz": "tiny", "attempts": [{"seconds": {"q": NaN}}]}', "must be a finite number"),
    ],
)
def test_bad_answers_are_refused_with_their_place(
    tiny: Quiz, tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    """A learner's file that is not answers to the quiz is told in a sentence with file and line."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        score_answers(tiny, path)
    assert sentence in str(caught.value)


def test_links_and_pipes_are_not_read(tiny: Quiz, tmp_path: Path) -> None:
    """A symbolic link could show another's file, and a FIFO would block: both are refused."""
    good = write(tmp_path / "good.json", tiny, GOOD)
    (tmp_path / "link.json").symlink_to(good)
    import os

    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(UsageError, match="is a symbolic link"):
        score_answers(tiny, tmp_path / "link.json")
    with pytest.raises(UsageError, match="is not a regular file"):
        score_answers(tiny, tmp_path / "pipe.json")


def test_a_quiz_without_a_usable_key_is_not_scored(tiny: Quiz, tmp_path: Path) -> None:
    """Neither a graded release nor a question with two keys can score answers."""
    path = write(tmp_path / "a.json", tiny, GOOD)
    first, second = tiny.questions
    with pytest.raises(UsageError, match="holds no key"):
        score_answers(tiny.replace(release="graded"), path)
    broken = tiny.replace(
        questions=(first.replace(choices=[choice.replace(correct=True) for choice in first.choices]), second)
    )
    with pytest.raises(UsageError, match="question `stop-epoch` has 4 correct choices"):
        score_answers(broken, path)


def test_the_student_is_the_name_of_the_folder_or_file(tmp_path: Path) -> None:
    """Never a field inside: anna/answers/tiny.json, anna/tiny.yaml and anna.json are all anna's."""
    for path in ("anna/answers/tiny.json", "anna/tiny.yaml", "class/anna.json"):
        assert student_of(tmp_path / path, "tiny") == "anna"


def test_a_class_comes_in_three_shapes(tmp_path: Path) -> None:
    """A folder of files, of students' folders, or one student's answers to several quizzes: each student once."""
    for name in ("flat/anna.json", "flat/bob.yaml", "tree/anna/answers/tiny.json", "tree/anna/answers/other.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    shapes = {"flat": ["anna", "bob"], "tree": ["anna"], "tree/anna": ["anna"], "tree/anna/answers": ["anna"]}
    for folder, students in shapes.items():
        assert [student for student, _ in collect([tmp_path / folder], "tiny")] == students


def test_answers_of_a_submission_folder_are_found(tmp_path: Path) -> None:
    """Every answers/*.json and *.yaml is found; where a quiz has both, what `take` wrote counts."""
    folder = tmp_path / "answers"
    folder.mkdir()
    for name in ("b.yaml", "a.json", "a.yaml", "notes.txt", ".hidden.json"):
        (folder / name).write_text("")
    assert [path.name for path in find_answers(tmp_path)] == ["a.json", "b.yaml"]
    assert find_answers(tmp_path / "none") == []
