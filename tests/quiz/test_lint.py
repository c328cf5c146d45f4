"""`grader quiz lint`: each rule finds what it is for, and a good quiz has nothing to find."""

import re
from pathlib import Path

import pytest

from grader.quiz.analysis.significance import beta_share, chi_square_tail, f_quantile, two_sided
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.lint.bias import bank_tests
from grader.quiz.lint.linter import lint

from .conftest import TINY, Cli


def said(course: Path, old: str = "", new: str = "") -> tuple[list[str], list[str]]:
    """(errors, warnings) of the tiny quiz with one change, without their files."""
    assert old in TINY
    (course / "quizzes" / "tiny.yaml").write_text(TINY.replace(old, new, 1) if old else TINY)
    report = lint([course / "quizzes" / "tiny.yaml"], None)
    return trimmed(report.errors), trimmed(report.warnings)


def trimmed(lines: list[str]) -> list[str]:
    """The findings without file and question."""
    return [re.sub(r"^.*?tiny.yaml:(\d+): (`(stop-epoch|batchnorm)`: )?", r"\1: ", line) for line in lines]


def test_a_good_quiz_has_nothing_to_find(course: Path) -> None:
    """The miniature quiz passes every rule."""
    assert said(course) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (
            'correct: true, text: "3"',
            'text: "3"',
            "17: a single question has exactly one correct choice, this one has 0",
        ),
        (
            "id: wrong-e2, text",
            "id: wrong-e2, correct: true, text",
            "17: a single question has exactly one correct choice, this one has 2",
        ),
        ('text: "2"', 'text: " 3 "', "19: choices `key-e3` and `wrong-e2` say the same"),
        (
            'text: "Running statistics normalize"',
            'text: "RUNNING  statistics move"',
            "31: choices `key-run` and `wrong-used` say the same",
        ),
        ("One miss alone is not yet two.", "Only one miss.", "19: the feedback of `wrong-e2` has fewer than 4 words"),
        (
            "One miss alone is not yet two.",
            "No, it is not 2.",
            "19: the feedback of `wrong-e2` only repeats the choice",
        ),
        (
            "One miss alone is not yet two.",
            "Epochs 2 and 3 both fail to beat the best.",
            "19: choices `key-e3` and `wrong-e2` have the same feedback",
        ),
        (
            "does it stop?",
            "does it $stop?",
            "11: a `$` opens mathematics that does not close (a dollar is written `\\$`)",
        ),
        ("0.85]\n      ```", "0.85]", "11: a code fence does not close"),
        (
            "\\\\frac{x-\\\\mu}{",
            "\\\\nosuch{",
            "27: `\\nosuch` is not in the table, so `$\\nosuch{\\sqrt{\\sigma^2+\\epsilon}}$` cannot be shown",
        ),
        ("does it stop?", "does it stop ![curves](no.png)?", "11: there is no image `no.png` in quizzes/"),
        (
            "does it stop?",
            "does it stop ![](no.png)?",
            "11: image `no.png` has no alternative text: ![what it shows](...)",
        ),
        ("id: tiny", "id: small", "2: the id is `small` but the file is tiny.yaml"),
    ],
)
def test_errors(course: Path, old: str, new: str, error: str) -> None:
    """What cannot be scored, shown or trusted is an error at its line."""
    assert error in said(course, old, new)[0]


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (', feedback: "One miss alone is not yet two."', "", "19: choice `wrong-e2` has no feedback"),
        (", misconception: secret-slug", "", "19: wrong choice `wrong-e2` names no misconception"),
        (
            'both fail to beat the best."',
            'both fail to beat the best.", misconception: m',
            "18: correct choice `key-e3` names a misconception",
        ),
        ('    explanation: "The secret explanation counts to two."\n', "", "6: there is no explanation"),
        (
            'normalize", feedback',
            'normalize", correct: true, feedback',
            "28: ticking everything pays 2/3 of the points",
        ),
        ('text: "1"', 'text: "None of these"', "20: choice `wrong-e1` speaks of the others: give it `pin: last`"),
        (
            "After which epoch does it stop?",
            "Which epoch is not the last?",
            "11: the question is negative: write the word in bold, as **NOT**",
        ),
        ("After which epoch", "After which epoch " + "of all " * 60, "11: the stem has 127 words, more than 120"),
        ('text: "Never"', 'text: "4"', "11: the key is a number and no `check` asserts it"),
        (
            'text: "3"',
            'text: "patience reached"',
            "11: only the correct choice repeats the stem's rare word `patience`",
        ),
    ],
)
def test_warnings(course: Path, old: str, new: str, warning: str) -> None:
    """Habits that make items weak are warnings, and no errors."""
    text = TINY.replace("    check: secret_check\n", "") if "no `check`" in warning else TINY
    (course / "quizzes" / "tiny.yaml").write_text(text.replace(old, new, 1))
    report = lint([course / "quizzes" / "tiny.yaml"], None)
    assert warning in trimmed(report.warnings)
    assert not report.errors


def test_a_bold_not_and_a_pinned_none_are_fine(course: Path) -> None:
    """The warnings go away with what they ask for."""
    assert said(course, "After which epoch does it stop?", "Which epoch is **NOT** the last?") == ([], [])
    assert said(course, '"Never"', '"None of these"') == ([], [])


def test_slugs_must_be_in_the_vocabulary(course: Path, cli: Cli) -> None:
    """An unknown slug is an error with its neighbor, an objective without a question a warning."""
    words = 'objectives = ["lo-trace", "lo-other"]\ntags = ["secret-tags"]\n'
    words += 'misconceptions = ["secret-slug", "stop-is-best", "previous", "eval-mix", "one-row"]\n'
    (course / "quizzes" / "vocabulary.toml").write_text(words)
    result = cli(course, "lint", "--no-checks")
    assert result.returncode == 1
    assert (
        "tiny.yaml:9: error: `stop-epoch`: tag `secret-tag` is not in vocabulary.toml; did you mean `secret-tags`?"
        in result.stdout
    )
    assert "vocabulary.toml: warning: no question has objective `lo-other`" in result.stdout
    assert "1 quiz, 2 questions: 1 error, 1 warning" in result.stdout


def test_unreadable_files_are_told_together(course: Path, cli: Cli) -> None:
    """Two broken files give all their problems in one run, exit code 2, and nothing else."""
    (course / "quizzes" / "a.yaml").write_text("format: 1\nid: A\ntitle: x\nquestions: []\n")
    (course / "quizzes" / "b.yaml").write_text("a: *x\n")
    result = cli(course, "lint")
    assert result.returncode == 2 and result.stdout == ""
    assert "a.yaml:2: `id` must be" in result.stderr and "a.yaml:4: `questions` is empty" in result.stderr
    assert "b.yaml:1: alias `*x` is not allowed" in result.stderr
    assert "Traceback" not in result.stderr


def test_checks_run_in_the_sandbox(course: Path, cli: Cli) -> None:
    """A check that holds says nothing; a failing, a missing and a hostile one are errors at their lines."""
    assert cli(course, "lint").returncode == 0
    (course / "quizzes" / "checks.py").write_text("def secret_check():\n    assert 1 == 2, 'the key is wrong'\n")
    failed = cli(course, "lint")
    assert failed.returncode == 1
    assert re.search(
        r"tiny.yaml:23: error: `stop-epoch`: check `secret_check` failed: .*the key is wrong", failed.stdout
    )
    assert cli(course, "lint", "--no-checks").returncode == 0
    trace = course / "trace.txt"
    (course / "quizzes" / "checks.py").write_text(f"open({str(trace)!r}, 'w').write('x')\n")
    assert cli(course, "lint").returncode == 1
    assert not trace.exists(), "a check ran outside the sandbox"
    (course / "quizzes" / "checks.py").unlink()
    missing = cli(course, "lint")
    assert missing.returncode == 1 and "1 checks were not run" in missing.stdout


def test_checks_may_stand_in_a_file_of_their_own(course: Path, cli: Cli) -> None:
    """A function of checks_tiny.py is found, may import what checks.py defines, and is run where it fails too."""
    (course / "quizzes" / "checks.py").write_text("def total(a, b):\n    return a + b\n")
    own = course / "quizzes" / "checks_tiny.py"
    own.write_text("from checks import total\n\n\ndef secret_check():\n    assert total(1, 2) == 3\n")
    right = cli(course, "lint")
    assert right.returncode == 0, right.stdout
    own.write_text(own.read_text().replace("== 3", "== 4, 'the key is wrong'"))
    wrong = cli(course, "lint")
    assert wrong.returncode == 1 and "check `secret_check` failed" in wrong.stdout
    own.write_text("def secret_check(:\n")
    broken = cli(course, "lint")
    assert (
        broken.returncode == 1 and "check `secret_check` failed" in broken.stdout and "Traceback" not in broken.stderr
    )


def test_checks_of_a_release_or_of_another_folder_are_never_run(course: Path, tmp_path: Path, cli: Cli) -> None:
    """Only a quiz of the course one stands in has its check read; releases and files from elsewhere have not."""
    (course / "quizzes" / "checks.py").write_text("raise SystemExit('ran')\n")
    elsewhere = tmp_path / "submission" / "quizzes"
    elsewhere.mkdir(parents=True)
    (elsewhere / "tiny.yaml").write_text(TINY)
    (elsewhere / "checks.py").write_text("raise SystemExit('ran')\n")
    assert cli(course, "lint", elsewhere / "tiny.yaml").returncode == 0
    (course / "quizzes" / "tiny.yaml").write_text(TINY.replace("questions:", "release: practice\nquestions:", 1))
    assert cli(course, "lint").returncode == 0


def bank(keys: list[int], longest: bool, size: int = 4) -> list[ChoiceQuestion]:
    """Questions whose key stands at the given places and is the longest choice, or not."""
    questions = []
    for number, key in enumerate(keys):
        extra = key if longest else (key + 1) % size
        choices = [
            Choice(
                id=f"c{n}", text=f"{number} {n} " + "abcdefgh"[: n + 1] + "long " * (4 * (n == extra)), correct=n == key
            )
            for n in range(size)
        ]
        questions.append(ChoiceQuestion(id=f"q{number}", kind="single", stem="?", choices=choices))
    return questions


def test_a_bank_whose_keys_are_longest_fails() -> None:
    """Forty keys that are all the longest choice are no chance; keys that are never so are none either."""
    places = [0, 1, 2, 3] * 10
    always = {test.sentence: test for test in bank_tests(bank(places, longest=True))}
    test = always["the longest choice is the key in 40 of 40 questions, by chance 10.0"]
    assert test.failed and test.finding == "error" and test.p < 1e-20
    never = bank_tests(bank(places, longest=False))
    assert any(t.failed and t.sentence.startswith("the longest choice is the key in 0 of 40") for t in never)


def test_a_bank_whose_keys_stand_first_warns() -> None:
    """In the file's order that is a warning, since learners see another; in an order learners see it is an error."""
    questions = bank([0] * 40, longest=False)
    (found,) = [test for test in bank_tests(questions) if "file order" in test.sentence]
    assert (
        found.failed and found.finding == "warning" and found.sentence == "keys by position in file order: 40, 0, 0, 0"
    )
    fixed = [question.replace(shuffle=False) for question in questions]
    (found,) = [test for test in bank_tests(fixed) if "released order" in test.sentence]
    assert found.failed and found.finding == "error"
    spread = bank([0, 1, 2, 3] * 10, longest=False)
    (found,) = [test for test in bank_tests(spread) if "file order" in test.sentence]
    assert not found.failed and found.p == 1


def test_the_significance_tests_agree_with_tables() -> None:
    """Binomial, chi-square and F against values from tables and from summing by hand."""
    assert two_sided(0, [0.5] * 5) == 2 / 32
    assert two_sided(8, [0.5] * 10) == pytest.approx(112 / 1024)
    assert two_sided(16, [0.25] * 64) == pytest.approx(1)
    assert two_sided(1, [0.25, 0.5]) == pytest.approx(1)
    for degrees, statistic in ((1, 3.841459), (2, 5.991465), (3, 7.814728), (4, 9.487729), (9, 16.918978)):
        assert chi_square_tail(statistic, degrees) == pytest.approx(0.05, abs=1e-7)
    assert beta_share(0.5, 2, 3) == pytest.approx(0.6875)
    assert f_quantile(0.95, 3, 10) == pytest.approx(3.708265, abs=1e-5)
    assert f_quantile(0.95, 10, 3) == pytest.approx(8.785525, abs=1e-5)
