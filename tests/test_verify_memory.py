"""`grader verify` runs again only what a change may have touched."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from grader.course.exercise import Exercise, read_exercise
from grader.verify.memory import OutcomeMemory
from grader.verify.pool import Pool
from grader.verify.proof import trials, verify
from grader.verify.trial import Outcome, Trial

MISTAKE = "forgets_the_last_row"


class Noting(OutcomeMemory):
    """A memory that notes which trials really ran."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ran: list[Trial] = []

    def remember(self, exercise: Exercise, outcomes: Iterable[Outcome]) -> None:
        outcomes = list(outcomes)
        self.ran += [outcome.trial for outcome in outcomes]
        super().remember(exercise, outcomes)


def test_only_what_changed_is_run_again(sound: Path, tmp_path: Path) -> None:
    """Nothing after no change, one mistake after a change of that mistake, everything after a change of the suite."""
    root = tmp_path / "course"
    shutil.copytree(sound, root)
    exercise = read_exercise(root / "exercises" / "ex46_mean_row")
    mistake = exercise.solution.parent / "mistakes" / f"{MISTAKE}.py"
    memory = Noting(tmp_path / "memory")
    with Pool(1, memory) as pool:
        assert verify(exercise, pool, seeds=2, write=True).problems == []
        first, memory.ran = len(memory.ran), []
        assert verify(exercise, pool, seeds=2).problems == []
        assert memory.ran == []

        mistake.write_text(mistake.read_text() + "# another last line\n")
        assert verify(exercise, pool, seeds=2).problems == []
        assert {(trial.kind, trial.name) for trial in memory.ran} == {("mistake", MISTAKE)}

        memory.ran = []
        (exercise.suite / "numbers.csv").write_text("1,2\n")
        assert verify(exercise, pool, seeds=2).problems == []
        assert len(memory.ran) == first


def test_a_problem_is_found_again(sound: Path, tmp_path: Path) -> None:
    """What was wrong in the first run is wrong in the second one, which runs nothing."""
    root = tmp_path / "course"
    shutil.copytree(sound, root)
    exercise = read_exercise(root / "exercises" / "ex46_mean_row")
    suite = exercise.suite / "test_mean_row.py"
    suite.write_text(suite.read_text().replace("x.mean(0), f", "x.mean(0) + 1, f"))
    memory = Noting(tmp_path / "memory")
    with Pool(1, memory) as pool:
        first = verify(exercise, pool, seeds=2).problems
        ran = len(memory.ran)
        again = verify(exercise, pool, seeds=2).problems

    assert any("the solution fails test_averages_over_the_rows" in problem for problem in first)
    assert again == first
    unlasting = [trial.kind for trial in memory.ran[ran:]]
    assert "solution" not in unlasting and "variant" not in unlasting, unlasting


def test_an_unreadable_memory_is_no_memory(sound: Path, tmp_path: Path) -> None:
    """A damaged file, or a folder that cannot be made, costs time and nothing else."""
    exercise = read_exercise(sound / "exercises" / "ex46_mean_row")
    (tmp_path / "verify.sqlite").write_bytes(b"no database" * 100)
    (tmp_path / "file").write_text("")
    outcome = Outcome(Trial("solution", "mean_row.py", 0, b""), {"test_x": ("passed", "")})
    for place in (tmp_path, tmp_path / "file" / "below"):
        memory = OutcomeMemory(place)
        memory.remember(exercise, [outcome])
        assert memory.recall(exercise, [outcome.trial]) == {}


def test_what_may_be_the_machines_doing_is_not_remembered(sound: Path, tmp_path: Path) -> None:
    """A timeout or a fault of ours is run again; a failure is not."""
    exercise = read_exercise(sound / "exercises" / "ex46_mean_row")
    memory = OutcomeMemory(tmp_path)
    kept = {}
    for what in ("passed", "failed", "error", "timeout", "crashed", "suite_error"):
        trial = Trial("solution", what, 0, b"")
        memory.remember(exercise, [Outcome(trial, {"test_x": (what, "words")}, asked={"test_x": frozenset({"a"})})])
        kept[what] = memory.recall(exercise, [trial]).get(trial)

    assert [what for what, outcome in kept.items() if outcome] == ["passed", "failed", "error"]
    assert kept["failed"] == Outcome(
        Trial("solution", "failed", 0, b""), {"test_x": ("failed", "words")}, asked={"test_x": frozenset({"a"})}
    )


def test_thorough_means_all_tests_under_five_seeds(sound: Path) -> None:
    """A push judges the second run of a mistake by the tests that it names; `--thorough` judges five runs by all."""
    exercise = read_exercise(sound / "exercises" / "ex46_mean_row")

    def runs(thorough: bool) -> list[tuple[int, tuple[str, ...]]]:
        return [(t.seed, t.tests) for t in trials(exercise, 20, thorough) if (t.kind, t.name) == ("mistake", MISTAKE)]

    assert runs(thorough=False) == [(0, ()), (1, ("test_averages_over_the_rows",))]
    assert runs(thorough=True) == [(seed, ()) for seed in range(5)]
