"""docs/quizzes.md is true: its commands exist, its example is a good quiz, its analysis is what is printed."""

import re
import shlex
from pathlib import Path

from grader.commands.quiz import command
from grader.quiz.analysis.analysis_text import text
from grader.quiz.analysis.item_analysis import analyze
from grader.quiz.lint.linter import lint

from .test_analysis import questions, responses

PAGE = (Path(__file__).parent.parent.parent / "docs" / "quizzes.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)\n```\n\n", PAGE, re.DOTALL)


def test_every_command_line_is_accepted() -> None:
    """Each indented `grader quiz` line names a command and options that it has."""
    lines = re.findall(r"(?m)^    grader quiz (.*)$", PAGE)
    assert {line.split()[0] for line in lines} == set(command.commands)
    for line in lines:
        name, *arguments = shlex.split(line)
        known = [option for parameter in command.commands[name].params for option in parameter.opts]
        assert [word for word in arguments if word.startswith("--") and word not in known] == [], line


def test_the_example_is_a_good_quiz(tmp_path: Path) -> None:
    """The example of the page has no error and no warning."""
    (example,) = [block for block in blocks("yaml") if block.startswith("format: 1")]
    path = tmp_path / "early-stopping.yaml"
    path.write_text(example + "\n")
    report = lint([path], None)
    assert (report.errors, report.warnings, report.questions) == ([], [], 1)


def test_the_kinds_are_good_questions(tmp_path: Path) -> None:
    """The example of each further kind has no error and no warning but for checks that are not there to run."""
    (kinds,) = [block for block in blocks("yaml") if "kind: numeric" in block]
    path = tmp_path / "kinds.yaml"
    path.write_text(f"format: 1\nid: kinds\ntitle: Kinds\nquestions:\n{kinds}\n")
    report = lint([path], None)
    assert (report.errors, report.warnings, report.questions) == ([], [], 4)


def test_the_analysis_is_what_is_printed() -> None:
    """The head and the fifth question of the page are those of the test vector, character by character."""
    (shown,) = blocks("text")
    head, fifth = shown.split("\n\n")
    printed = text("vector", analyze(questions(), responses())).split("\n\n")
    assert head == printed[0]
    assert fifth == printed[5]
