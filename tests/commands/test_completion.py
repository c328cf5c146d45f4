"""The Tab key: what `grader completion` gives a shell finishes commands, exercises, quizzes and tests."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.course import carried_course

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
BASH = """
source <(grader completion bash)
COMP_WORDS=({words}) COMP_CWORD={at}
$(complete -p grader | sed 's/.*-F \\([^ ]*\\) .*/\\1/') grader
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def in_bash(*words: str) -> list[str]:
    """What bash offers for the last word, by the function that it was given for `grader`."""
    script = BASH.format(words=" ".join(map(shlex.quote, words)), at=len(words) - 1)
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "some", "none"),
    [
        (("che",), {"check"}, {"list"}),
        (("",), {"check", "mcp", "completion"}, {"ex03"}),
        (("check", "ex0"), {"ex01", "ex03"}, {"ex10", "ex03_cutmix"}),
        (("check", "ex03_"), {"ex03_cutmix"}, {"ex03"}),
        (("check", "ex03", "ex0"), {"ex01"}, {"ex03"}),
        (("check", "ex03", "--test", ""), {"test_form"}, {"ex03"}),
        (("hint", "ex1"), {"ex14"}, {"ex01"}),
        (("quiz", "take", "r1"), {"r1-early-stopping"}, {"r2-hidden-penalties"}),
        (("release", "quiz"), {"quiz:r1-early-stopping"}, {"ex03"}),
        (("release", "quiz", ":", "r1"), {"r1-early-stopping"}, {"quiz:r1-early-stopping"}),
        (("check", "--ver"), {"--verbose"}, {"--all"}),
    ],
)
def test_bash_offers(words: tuple[str, ...], some: set[str], none: set[str]) -> None:
    """Bash's own completion function offers what goes on as the last word, and nothing else."""
    offered = set(in_bash("grader", *words))
    assert some <= offered and not none & offered, offered
    assert all(one.startswith(words[-1]) for one in offered)


def test_tests_are_those_of_the_suite() -> None:
    """The tests that are offered for an exercise are the functions of its suite, whatever stands before."""
    suite = carried_course().exercise("ex14").suite
    written = {
        line.split("(")[0].removeprefix("def ")
        for path in suite.glob("test_*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("def test_")
    }
    assert written and set(in_bash("grader", "verify", "ex14", "--test", "test_")) == written
    assert in_bash("grader", "check", "--test", "test_") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_function_and_answers(shell: str) -> None:
    """The text names the variable by which the shell asks, and asking so brings exercises and their slugs."""
    run = [shutil.which("grader", path=ENVIRONMENT["PATH"]) or "grader"]
    text = subprocess.run([*run, "completion", shell], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert f"_GRADER_COMPLETE={shell}_complete" in text.stdout
    asked = {"_GRADER_COMPLETE": f"{shell}_complete", "COMP_WORDS": "grader check ex0", "COMP_CWORD": "2"}
    if shell == "fish":
        asked["COMP_CWORD"] = "ex0"
    done = subprocess.run(run, cwd=ROOT, env=ENVIRONMENT | asked, capture_output=True, text=True, check=False)
    assert "ex03" in done.stdout and not done.stderr
    assert shell == "bash" or "cutmix" in done.stdout
    if shell == "fish" and shutil.which("fish"):  # tried where it is installed
        script = 'grader completion fish | source; complete -C "grader check ex0"'
        real = subprocess.run(["fish", "--no-config", "-c", script], cwd=ROOT, env=ENVIRONMENT, capture_output=True)
        assert b"ex03" in real.stdout


def test_outside_a_course_the_installed_one_is_offered(tmp_path: Path) -> None:
    """In any folder the installed course's exercises are offered, and a broken course.toml offers none in silence."""
    asked = {"_GRADER_COMPLETE": "bash_complete", "COMP_WORDS": "grader hint ex0", "COMP_CWORD": "2"}
    run = [shutil.which("grader", path=ENVIRONMENT["PATH"]) or "grader"]

    def offered() -> str:
        done = subprocess.run(run, cwd=tmp_path, env=ENVIRONMENT | asked, capture_output=True, text=True, check=False)
        assert not done.stderr
        return done.stdout

    assert "ex03" in offered()
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "course.toml").write_text("format = one\n", encoding="utf-8")
    assert offered().strip() == ""
