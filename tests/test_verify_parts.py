"""Parts of `grader verify` on the command line: a quick look, one test, one mistake explained, a page; and patches."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.commands.verify_watch import watch_exercise
from grader.course.course import Course
from grader.course.exercise import Exercise, read_exercise
from grader.course.mistakes import learner_note, mistake_files
from grader.verify.files import file_problems
from grader.verify.judgement import fixed_inputs
from grader.verify.mistake import Mistake
from grader.verify.pace import pace
from grader.verify.pool import Pool
from grader.verify.trial import work

Run = Callable[..., str]
SOLUTIONS = Path("solutions/ex46_mean_row")
PATCH = """must_fail = ["test_averages_over_the_rows"]
says = "mean of"
about = "Divides by one row too many."

[[change]]
old = "return x.sum(0) / len(x)"
new = "return x.sum(0) / (len(x) + 1)"
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return os.environ | {"GRADER_CACHE": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture(scope="module")
def scaffold(tmp_path_factory: pytest.TempPathFactory, cache: dict[str, str]) -> Path:
    """A course with one exercise, as `grader new` writes it, its patterns written."""
    root = tmp_path_factory.mktemp("course")
    (root / "exercises").mkdir()
    for words in (["new", "ex46_mean_row"], ["verify", "ex46", "--write", "--seeds", "2"]):
        subprocess.run([sys.executable, "-m", "grader", *words], cwd=root, check=True, capture_output=True, env=cache)
    return root


@pytest.fixture
def root(scaffold: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scaffold, tmp_path / "course"))


@pytest.fixture
def run(root: Path, cache: dict[str, str]) -> Run:
    def grader(*words: str, code: int = 0) -> str:
        argv = [sys.executable, "-m", "grader", *words]
        done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False, env=cache)
        assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return grader


def test_quick_and_one_test_run_little_and_find_what_they_look_at(root: Path, run: Run) -> None:
    """--quick and --test run a part, say that it is one, and name a mistake that slips through, after the texts."""
    quick, one = run("verify", "ex46", "--quick"), run("verify", "ex46", "--test", "averages_over_the_rows")
    assert "6 runs" in quick and "proves the rest" in quick and "proves the rest" in one
    assert "did you mean `test_averages_over_the_rows`?" in run("verify", "ex46", "--test", "averages_rows", code=2)
    path = root / SOLUTIONS / "mistakes" / "forgets_the_last_row.py"
    path.write_text(path.read_text().replace("x[:-1].sum(0) / len(x)", "x.mean(0)"))
    readme = root / "exercises" / "ex46_mean_row" / "README.md"
    worked = readme.read_text()
    readme.write_text("# Mean\n\nWrite it.\n")
    for words in (("--quick",), ("--test", "test_averages_over_the_rows")):
        said = run("verify", "ex46", *words, code=1)
        text, summary, passes = "README.md:1: has no worked number", "✗ ex46", "last_row.py:1: passes test_averages"
        assert said.index(text) < said.index(summary) < said.index(passes) and said.count(text) == 1, said
    readme.write_text(worked)
    assert "forgets_the_last_row" not in run("verify", "ex46", "--test", "refuses_an_empty_batch")


def test_a_mistake_is_explained(run: Run) -> None:
    """--explain shows for each test its promise, question, what was seen and right, and what the test says."""
    said = run("verify", "ex46", "--explain", "forgets_the_last_row")
    for words in ("✗ test_averages_over_the_rows  (must fail)", "promises  The result is the mean", "asks      x = ",
                  "sees      ", "right is  ", "says      mean of 1 rows", "✓ test_refuses_an_empty_batch"):  # fmt: skip
        assert words in said, said
    assert "did you mean `forgets_the_last_row`?" in run("verify", "ex46", "--explain", "forgets_last_row", code=2)


def test_the_page_shows_matrix_and_mutants(root: Path, run: Run) -> None:
    """--html writes one page with tests, their chance and time, mistakes and what each surviving mutant changes."""
    suite = root / "exercises" / "ex46_mean_row" / "suite" / "test_mean_row.py"
    luck = suite.read_text().replace("import answers, close,", "import answers, close, may_fail,")
    suite.write_text(luck.replace("    batches =", "    may_fail(1e-12)\n    batches ="))
    run("verify", "ex46", "--html", "proof.html", "--seeds", "2")
    page = (root / "proof.html").read_text()
    for words in (
        "test_mean_row.py:20",
        "forgets the last row",
        "●",
        "survives: line",
        "+    return",
        "Nothing is wrong",
    ):
        assert words in page, words
    assert "http" not in page
    assert re.search(r"One run takes 0\.\d\d s of one core \(budget 1 s\);\nchance .* probability 1e-12\.", page), page
    rows = dict(
        re.findall(r"<tr><td>(test_\w+)<.*\n(?:<td.*\n)?.*>\d\.\d{3}</td><td class=\"number\">(.*)</td></tr>", page)
    )
    assert rows == {"test_averages_over_the_rows": "1e-12", "test_refuses_an_empty_batch": "0"}


def test_a_patch_is_a_mistake(root: Path, run: Run) -> None:
    """A mistake may be a small patch of the solution: proven, written into the patterns and recognized like a file."""
    path = root / SOLUTIONS / "mistakes" / "one_row_too_many.toml"
    path.write_text(PATCH + "\n")
    run("verify", "ex46", "--write", "--seeds", "2")
    assert "one_row_too_many" in json.loads((path.parent / "patterns.json").read_text())
    wrong = root / "mean_row.py"
    wrong.write_bytes(mistake_files(path, [root / SOLUTIONS / "mean_row.py"])["mean_row.py"] + b"# handed in\n")
    assert "one row too many" in run("check", "ex46", "--submission", str(wrong), "--no-keep-warm", code=1)


def test_patches_that_do_not_fit_are_named(root: Path) -> None:
    """A place that is not there, or twice, an unknown key, no change or no Python: each is one line with its place."""
    exercise = read_exercise(root / "exercises" / "ex46_mean_row")
    path = root / SOLUTIONS / "mistakes" / "one_row_too_many.toml"
    for old, new, says in (
        ('x.sum(0) / len(x)"\nnew', 'x.sum(9)"\nnew', "one_row_too_many.toml:5: `old` of change 1 stands nowhere in"),
        ('old = "return x.sum(0) / len(x)"', 'old = "x"', "`old` of change 1 stands 4 times in"),
        ("says", "say", "one_row_too_many.toml:2: unknown key `say`"),
        (PATCH[PATCH.index("[[") :], "", "changes nothing"),
        ("(len(x) + 1)", "(len(x)", "make no Python of the solution: line 9"),
    ):
        path.write_text(PATCH.replace(old, new))
        found = file_problems(exercise)
        assert len(found) == 1 and says in found[0], found


def test_a_patch_and_a_file_promise_the_same(root: Path) -> None:
    """The keys of a patch are the first lines of a file, and both may have a word for the learner."""
    path = root / "a.toml"
    path.write_text('tell = "Count again."\n' + PATCH)
    other = root / "a.py"
    head = 'Must fail: test_averages_over_the_rows\nSays: "mean of"\nEchoes: -\nTell: Count\n  again.\n\nMore.'
    other.write_text(f'"""{head}"""\n')
    one, two = Mistake.read(path), Mistake.read(other)
    assert (one.must, one.says, one.echoes) == (two.must, two.says, two.echoes)
    assert learner_note(path) == learner_note(other) == "Count again."


def test_watch_proves_again_on_a_save(root: Path, cache: dict[str, str]) -> None:
    """--watch proves at once, and on each save what the save has changed."""
    argv = [sys.executable, "-u", "-m", "grader", "verify", "ex46", "--watch", "--seeds", "2"]
    path = root / SOLUTIONS / "mistakes" / "forgets_the_last_row.py"
    with subprocess.Popen(argv, cwd=root, env=cache, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        timer = threading.Timer(120, one.kill)
        timer.start()
        heard = []
        for line in one.stdout:
            heard.append(line)
            if "waiting for a save" in line:
                path.write_text(path.read_text().replace("x[:-1].sum(0) / len(x)", "x.mean(0)"))
            if "passes test_averages" in line:
                one.terminate()
        timer.cancel()
    assert "1 of 1 exercise is sound" in "".join(heard)
    assert "passes test_averages_over_the_rows under seed 0" in "".join(heard), heard


def test_a_watch_gets_ready_while_nobody_saves(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first proof, which may all be remembered, a process is warmed for the first save."""
    course = Course.load(root)
    (exercise,) = course.exercises.values()
    done: list[object] = []

    with Pool(1) as pool, monkeypatch.context() as patch:
        patch.setattr(pool.executor, "submit", lambda *words: done.append(words))

        def warm(exercise: Exercise) -> None:
            pool.warm(exercise)
            raise KeyboardInterrupt

        watch_exercise(course, exercise, lambda one: done.append(one.id) or 0, warm)
    assert done == ["ex46_mean_row", (work, str(exercise.folder), [])]


def test_a_conftest_is_not_left_out_in_silence(root: Path) -> None:
    """A suite's `conftest.py` is not read, and said to be."""
    exercise = read_exercise(root / "exercises" / "ex46_mean_row")
    (exercise.suite / "conftest.py").write_text("")
    assert any("conftest.py:1: is not read" in problem for problem in file_problems(exercise))


def test_a_misspelt_table_of_weights_is_refused(root: Path, run: Run) -> None:
    """`[grade]` for `[grades]` in course.toml names its line, wherever the course is read."""
    (root / "exercises" / "course.toml").write_text("format = 1\n\n[grade]\nweights = {ex46 = 3}\n")
    assert "course.toml:3: unknown key `grade`" in run("list", code=3)


def test_a_missing_solution_is_not_the_learners_fault(root: Path, run: Run) -> None:
    """A right file is right without a solution, and a test that needs one says that it is missing."""
    right = root / SOLUTIONS / "mean_row.py"
    shutil.move(right, root / "mean_row.py")
    check = ("check", "ex46", "--submission", "mean_row.py", "--no-keep-warm")
    run(*check)
    suite = root / "exercises" / "ex46_mean_row" / "suite" / "test_mean_row.py"
    suite.write_text(suite.read_text().replace("(observe, draw)", "(observe, reference, draw)").replace(
        "    batches =", "    reference(mean_of_ones, 2)\n    batches ="))  # fmt: skip
    assert "the reference solution is missing" in " ".join(run(*check, code=3).split())


def test_questions_that_no_seed_changes_are_named() -> None:
    """A scored test whose questions are the same under two seeds is told; drawn ones and unscored ones are not."""
    same, drawn, nothing = frozenset({"a"}), frozenset({"b"}), frozenset[str]()
    worth = {"test_fixed": 1.0, "test_drawn": 1.0, "test_unscored": 0.0, "test_refusals": 1.0}
    one: Any = SimpleNamespace(
        worth=worth,
        asked={"test_fixed": same, "test_drawn": drawn, "test_unscored": same, "test_refusals": nothing},
    )
    other: Any = SimpleNamespace(worth=worth, asked=one.asked | {"test_drawn": same})
    assert fixed_inputs([one, other]) == ["test_fixed"]
    assert fixed_inputs([one]) == []


@pytest.mark.parametrize(
    ("objects", "memory", "expected"), [(0.005, 0.005, 1), (0.01, 0.01, 1), (0.03, 0.01, 3), (0.01, 0.02, 2)]
)
def test_a_slow_core_widens_the_budget_and_a_fast_one_does_not_narrow_it(
    monkeypatch: pytest.MonkeyPatch, objects: float, memory: float, expected: float
) -> None:
    """A suite's CPU seconds are those of a nominal core, at least one for one; the slower kind of work decides."""
    monkeypatch.setattr("grader.verify.pace.handle_objects", lambda: objects)
    monkeypatch.setattr("grader.verify.pace.move_memory", lambda: memory)
    assert pace() == pytest.approx(expected)
