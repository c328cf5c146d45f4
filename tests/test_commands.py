"""The commands beside `check`, through the real command line in a workspace of its own."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.cli import COMMANDS
from grader.commands.init import choose_units
from grader.course.course import Course
from grader.engine.answers import gap
from grader.report.gradebook.grades import Rules, sheet
from grader.report.gradebook.units import Units
from grader.report.page.exports import grades_csv
from grader.sandbox.guest.wire import Raised

ROOT = Path(__file__).parent.parent


def run(*args: str | Path, cwd: Path = ROOT, code: int = 0) -> str:
    """stdout of `grader ARGS`; asserts the exit code and that no traceback reached the user."""
    done = subprocess.run([sys.executable, "-m", "grader", *map(str, args)], cwd=cwd, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stdout + done.stderr


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learner") / "course"
    run("init", folder)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    """`grader COMMAND --help` explains itself."""
    text = run(command, "--help")
    assert text.startswith("Usage:") and len(text.split()) > 15


def test_an_unknown_command_is_a_usage_error() -> None:
    """A command that does not exist ends with exit code 2."""
    assert "No such command" in run("chek", code=2)


def test_init_lays_out_what_a_learner_needs_and_nothing_more(workspace: Path) -> None:
    """A workspace has README and stub per exercise, lessons and practice quizzes; no suite, no solution."""
    stubs = sorted(p.name for p in (workspace / "exercises").iterdir() if p.is_dir())
    assert "ex03_cutmix" in stubs
    assert (workspace / "exercises" / "ex03_cutmix" / "cutmix.py").is_file()
    assert list((workspace / "quizzes").glob("*.yaml"))
    assert (workspace / "exercises" / "lessons" / "l1_training_loop.md").is_file()
    assert list((workspace / "exercises" / "lessons" / "figures").glob("*.svg"))
    assert not list(workspace.rglob("suite")) and not list(workspace.rglob("solutions"))


def test_init_keeps_work(workspace: Path, tmp_path: Path) -> None:
    """A second `grader init` leaves an edited stub as it is and brings back a deleted one."""
    run("init", tmp_path / "w")
    stub = tmp_path / "w" / "exercises" / "ex03_cutmix" / "cutmix.py"
    other = tmp_path / "w" / "exercises" / "ex01_early_stopping" / "early_stopping.py"
    stub.write_text("# mine\n")
    other.unlink()
    run("init", tmp_path / "w")
    assert stub.read_text() == "# mine\n" and other.is_file()


def test_init_into_a_file_is_refused(tmp_path: Path) -> None:
    """A path that is a file is a usage error with advice."""
    (tmp_path / "file").write_text("x")
    assert "is a file" in run("init", tmp_path / "file", code=2)


def test_list_shows_tracks_minutes_and_prerequisites(workspace: Path) -> None:
    """`grader list` is a path of numbered steps under headings; `--json` says the same in one document."""
    text = run("list", cwd=workspace)
    assert "First honest loop" in text and "ex03" in text and "min" in text
    rows = json.loads(run("list", "--json", cwd=workspace))["exercises"]
    assert {"id", "step", "track", "title", "minutes", "difficulty", "needs", "optional", "points"} <= set(rows[0])
    steps = [row["step"] for row in rows if not row["optional"]]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) > 30
    assert [row["id"] for row in rows] == Course.load(ROOT).order
    assert {row["id"].partition("_")[0] for row in rows if row["optional"]} == {"ex08", "ex09", "ex13", "ex31", "ex45"}
    assert all("optional" in line for line in text.splitlines() if "ex08  " in line or "ex13  " in line)


def test_list_init_and_report_follow_the_order_of_the_course(tmp_path: Path) -> None:
    """Where course.toml has ex02 before ex01, `list`, `init` and the report's columns have it so, however asked."""
    root = Path(shutil.copytree(ROOT / "tests" / "courses" / "tiny", tmp_path / "course"))
    first, second = "ex02_again", "ex01_mean_row"
    for folder in ("exercises", "solutions"):
        shutil.copytree(root / folder / second, root / folder / first)
    toml = root / "exercises" / "course.toml"
    toml.write_text(toml.read_text().replace(f'"{second}"', f'"{first}", "{second}"'))
    (root / "quizzes").mkdir()
    course = Course.load(root)

    listed = json.loads(run("list", "--json", cwd=root))["exercises"]
    assert [row["id"] for row in listed] == [first, second]
    laid_out = run("init", tmp_path / "all", cwd=root)
    assert f"exercises/{first}/README.md" in laid_out and "grader check ex02" in laid_out
    assert choose_units(course, ())[0] == choose_units(course, ("ex01", "ex02"))[0] == [first, second]
    units = Units(course)
    columns = [units.unit(name) for name in units.order({second, first})]
    header = grades_csv(sheet(columns, [], [], [], {}, Rules())).splitlines()[0]
    assert re.findall(r"ex\d\d", header) == ["ex02", "ex01"]


def test_list_names_the_quizzes_of_each_stage(workspace: Path) -> None:
    """Each quiz of the course stands in one line below one stage, ✓ once it is answered; `--json` says the same."""
    quizzes = sorted(path.stem for path in (workspace / "quizzes").glob("*.yaml"))
    (workspace / "answers").mkdir(exist_ok=True)
    (workspace / "answers" / "m6-debugging.json").write_text('{"submitted": true}', encoding="utf-8")
    try:
        text = run("list", cwd=workspace)
        told = json.loads(run("list", "--json", cwd=workspace))["quizzes"]
    finally:
        (workspace / "answers" / "m6-debugging.json").unlink()
    lines = [line for line in text.splitlines() if re.match(r" {5}Quiz(zes)?: ", line)]

    assert sorted(one["id"] for one in told) == quizzes and len(quizzes) >= 16
    assert sorted(re.findall(r"[lmr]\d-[a-z0-9-]+", "".join(line.partition("(")[0] for line in lines))) == quizzes
    assert "     Quiz: ✓ m6-debugging  (grader quiz take m6)" in lines
    assert {one["id"] for one in told if one["state"]} == {"m6-debugging"}
    assert {one["track"] for one in told if one["id"].startswith("r3")} == {"Augment"}


def test_hints_come_one_by_one_and_are_remembered(workspace: Path) -> None:
    """Each call shows one hint more; `--level` shows up to a level; a level that does not exist is refused."""
    first, second = run("hint", "ex03", cwd=workspace), run("hint", "ex03", cwd=workspace)
    assert "hint 1 of 3" in first and "hint 2 of 3" not in first
    assert "hint 2 of 3" in second
    assert "hint 3 of 3" in run("hint", "ex03", "--level", "3", cwd=workspace)
    assert "no level 9" in run("hint", "ex03", "--level", "9", cwd=workspace, code=2)


def test_outside_a_course_the_user_is_told_to_init(tmp_path: Path) -> None:
    """Without a course above, `check` and `list` name `grader init`."""
    for command in (["list"], ["check", "ex01"]):
        assert "grader init" in run(*command, cwd=tmp_path, code=2)


def test_doctor_tells_the_truth_about_the_tier() -> None:
    """`grader doctor --json` names tier, Landlock, versions and device, and the tier is one of four."""
    told = json.loads(run("doctor", "--json"))
    assert told["tier"] in "ABCD" and told["device"] in ("cpu", "cuda", "mps")
    assert {"torch", "python", "gradeloop"} <= set(told["versions"])


def test_compare_shows_numbers_picture_and_after_passing_the_code(workspace: Path, tmp_path: Path) -> None:
    """The solution beside itself: no difference, a PNG, the text; a failing stub gets no solution unless revealed."""
    solution = ROOT / "solutions" / "ex14_mixup"
    text = run("compare", "ex14", "--submission", solution, "--out", tmp_path, cwd=workspace)
    assert "largest difference: 0" in text and "# the solution, mixup.py" in text
    assert (tmp_path / "ex14.png").read_bytes().startswith(b"\x89PNG")

    text = run("compare", "ex14", "--out", tmp_path, cwd=workspace)
    assert "not comparable" in text and "# the solution" not in text
    assert "# the solution" in run("compare", "ex14", "--reveal", "--out", tmp_path, cwd=workspace)


def test_the_same_refusal_in_other_words_is_no_difference() -> None:
    """Two exceptions of one class are alike, whatever their text and line; one of another class has another form."""
    mine = Raised(("builtins.ValueError", "builtins.Exception"), "too small", (("a.py", 3, "f", "raise"),))
    theirs = Raised(("builtins.ValueError", "builtins.Exception"), "n must be at least 1", (("a.py", 9, "f", "raise"),))
    assert gap([mine, 1.5], [theirs, 1.0]) == 0.5
    assert gap(mine, Raised(("builtins.TypeError",), "too small", ())) is None and gap(mine, None) is None
    rows = [np.zeros((2, 4)), np.zeros(3)]
    assert gap(np.zeros(2), rows) is None and gap(rows, "two") is None and gap("two", rows) is None
    assert gap(rows, rows) == 0 and gap(1.0, True) == 0


def test_compare_draws_the_solution_alone_where_an_answer_has_no_form(workspace: Path, tmp_path: Path) -> None:
    """A submission may answer anything: the picture then shows the solution, and nobody sees a traceback."""
    (tmp_path / "label_smoothing.py").write_text(
        "def smoothed_cross_entropy(*_):\n    return {'loss': ['low', None]}\n"
    )
    text = run("compare", "ex19", "--submission", tmp_path / "label_smoothing.py", "--out", tmp_path, cwd=workspace)
    assert "0 of 11 points" in text and "Traceback" not in text
    assert (tmp_path / "ex19.png").read_bytes().startswith(b"\x89PNG")


def test_new_refuses_a_taken_number_and_a_bad_name() -> None:
    """A number that is in use and a name that is no id are usage errors."""
    assert "has this number already" in run("new", "ex03_other", code=2)
    assert "is no exercise id" in run("new", "cutmix", code=2)


def test_verify_wants_one_exercise_or_all() -> None:
    """`grader verify` alone and with both is a usage error."""
    assert "name one exercise" in run("verify", code=2)
    assert "name one exercise" in run("verify", "ex03", "--all", code=2)
