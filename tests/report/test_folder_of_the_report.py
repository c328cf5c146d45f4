"""The report folder and its gradebook: whole or not at all, locked, and never at the cost of what was finished."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.base.errors import GraderError, UsageError
from grader.report.gradebook.store import Gradebook
from grader.report.page.output import Output

from .conftest import Lay, run

PASSED = {"outcome": "passed", "points": {"earned": 1, "possible": 1}, "tests": []}
UNGRADED = {"outcome": "ungraded", "points": {"earned": 0, "possible": 0}, "tests": [], "note": "?"}


def test_results_survive_and_the_latest_counts(tmp_path: Path) -> None:
    """A result is there after closing; grading again keeps the earlier one, but not an ungraded one."""
    path = tmp_path / "g.sqlite"
    with Gradebook.open(path) as book:
        book.store("k1", "u", "s", UNGRADED, None)
        assert book.finished() == set() and book.standings()["k1"][0] == "ungraded"
        book.store("k1", "u", "s", PASSED | {"n": 1}, {"seconds": 1.5})
        book.store("k1", "u", "s", PASSED | {"n": 2}, None)
    with Gradebook.open(path) as book:
        assert book.finished() == {"k1"} and book.result("k1") == (PASSED | {"n": 2}, {})
        assert book.connection.execute("SELECT count(*) FROM results").fetchone() == (2,)
        assert book.result("other") is None


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    """A snapshot does not tell in which order results came, nor how often it was copied."""
    keys = [f"k{n}" for n in range(40)]
    for name, order in (("a", keys), ("b", keys[::-1])):
        with Gradebook.open(tmp_path / f"{name}.sqlite") as book:
            for key in order:
                book.store(key, "u", key, PASSED | {"text": key * 300}, None)
            book.snapshot(tmp_path / f"{name}.copy")
    first, second = ((tmp_path / f"{name}.copy").read_bytes() for name in "ab")
    with Gradebook.open(tmp_path / "b.copy") as book:
        book.snapshot(tmp_path / "c.copy")
    assert first == second == (tmp_path / "c.copy").read_bytes()


def test_only_one_writes(tmp_path: Path) -> None:
    """A second run on the same folder is told to wait, and the lock goes with its process."""
    path = tmp_path / "g.sqlite"
    with Gradebook.open(path), pytest.raises(UsageError, match="another `grader report`"):
        Gradebook.open(path)
    script = "import os; from pathlib import Path; from grader.report.gradebook.store import Gradebook; "
    script += f"book = Gradebook.open(Path({str(path)!r})); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], check=False)
    Gradebook.open(path).connection.close()


def test_foreign_and_newer_files_are_refused(tmp_path: Path) -> None:
    """Another program's database, a text file and a gradebook of the future are left alone, with a sentence."""
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        other.execute("CREATE TABLE diary (entry TEXT)")
    other.close()
    (tmp_path / "text.sqlite").write_text("Dear diary, " * 100)
    Gradebook.open(tmp_path / "new.sqlite").connection.close()
    with sqlite3.connect(tmp_path / "new.sqlite") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    for name, sentence in (
        ("other", "is not a gradebook"),
        ("text", "damaged or not a gradebook"),
        ("new", "newer grader"),
    ):
        before = (tmp_path / f"{name}.sqlite").read_bytes()
        with pytest.raises(GraderError, match=sentence):
            Gradebook.open(tmp_path / f"{name}.sqlite")
        assert (tmp_path / f"{name}.sqlite").read_bytes() == before


def publish(output: Output, text: str) -> None:
    with output.gradebook() as book:
        output.publish(book, lambda folder: (folder / "grades.csv").write_text(text) and None)


def test_the_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Old outputs go, the gradebook stays, and so do files that somebody else put there."""
    out = tmp_path / "report"
    publish(Output(out), "one")
    (out / "plots").mkdir()
    (out / "notes.txt").write_text("mine")
    publish(Output(out), "two")
    assert {path.name for path in out.iterdir()} == {"grades.csv", "gradebook.sqlite", "notes.txt"}
    assert (out / "grades.csv").read_text() == "two" and [path.name for path in tmp_path.iterdir()] == ["report"]


PUBLISHED_TWICE = """
import sys
from pathlib import Path
from grader.report.page.output import Output
out = Path(sys.argv[1])
(out / "lost+found").mkdir()
for text in ("one", "two"):
    output = Output(out)
    with output.gradebook() as book:
        output.publish(book, lambda folder: (folder / "grades.csv").write_text(text))
print(sorted(path.name for path in out.iterdir()), (out / "grades.csv").read_text())
"""


def test_a_mount_point_keeps_its_place(tmp_path: Path) -> None:
    """A folder that cannot be renamed has its contents swapped, and nothing of the swap is left behind."""
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    (tmp_path / "share").mkdir()
    mounted = f'mount -t tmpfs none "{tmp_path}/share" && exec "$@"'
    command = [*alone, "sh", "-c", mounted, "sh", sys.executable, "-c", PUBLISHED_TWICE, str(tmp_path / "share")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "['gradebook.sqlite', 'grades.csv', 'lost+found'] two\n", done.stderr


def test_a_kill_between_the_two_renames_is_repaired(tmp_path: Path) -> None:
    """A run that finds only the old folder under its other name puts it back; a half-made one is thrown away."""
    out = tmp_path / "report"
    publish(Output(out), "one")
    out.rename(tmp_path / ".report.old")
    (tmp_path / ".report.new").mkdir()
    (tmp_path / ".report.new" / "half").write_text("")
    with Output(out).gradebook():
        assert (out / "grades.csv").read_text() == "one"
        assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_kill_after_the_second_rename_is_repaired(tmp_path: Path) -> None:
    """A run that finds the old folder beside the new one carries over what is not ours, then drops it."""
    out = tmp_path / "report"
    publish(Output(out), "one")
    shutil.copytree(out, tmp_path / ".report.old")
    (tmp_path / ".report.old" / "notes.txt").write_text("mine")
    with Output(out).gradebook():
        assert {path.name for path in out.iterdir()} >= {"notes.txt", "grades.csv"}
        assert not (tmp_path / ".report.old").exists()


def test_a_failing_write_leaves_the_old_report(tmp_path: Path) -> None:
    """When an output cannot be written the former report stands, and the sentence says what to do."""
    out = tmp_path / "report"
    publish(Output(out), "one")

    def full(folder: Path) -> None:
        with open("/dev/full", "w") as device:
            device.write("x" * 100_000)

    output = Output(out)
    with output.gradebook() as book, pytest.raises(GraderError, match="the disk is full") as caught:
        output.publish(book, full)
    assert caught.value.exit_code == 3
    assert (out / "grades.csv").read_text() == "one" and [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_full_disk_keeps_the_gradebook(tmp_path: Path, course: Path, lay: Lay) -> None:
    """Without room a run ends with exit code 3 and a sentence; the gradebook opens, and with room the run ends well."""
    one = lay(
        "one", {f"s{n}/answers/r1-basics.json": '{"format": 1, "quiz": "r1-basics", "attempts": []}' for n in range(3)}
    )
    out = tmp_path / "report"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); "
    limit += "from grader.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        limit,
        "report",
        str(one),
        "--out",
        str(out),
        "--course",
        str(course),
        "--jobs",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "Traceback" not in done.stderr, done.stderr
    with Gradebook.open(out / "gradebook.sqlite") as book:
        assert book.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert run(one, "--out", out, "--course", course, "--jobs", 1).returncode == 0
    assert (out / "report.html").exists()


def test_an_unwritable_place_is_refused() -> None:
    """A folder that nobody may write to is a usage error."""
    with pytest.raises(UsageError, match="cannot be written"):
        Output(Path("/proc/report"))
