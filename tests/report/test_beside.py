"""What lies beside an exercise's file: it travels where it is needed, and nothing else does."""

import json
import shutil
from pathlib import Path

import pytest

from grader.base.errors import SubmissionError
from grader.course.beside import FILES, needed, read_beside

from .conftest import Lay, run

NAMES = ["tools.py", "pack/__init__.py", "pack/more.py", "w.pt", "data/x y.csv", "README.md", "other.py", "mixup.ipynb"]


@pytest.mark.parametrize(
    "source, found",
    [
        ("import tools", {"tools.py"}),
        ("from pack.more import a", {"pack/__init__.py", "pack/more.py"}),
        ("def f():\n    import tools as t, math", {"tools.py"}),
        ("open('data/x y.csv'); load(f\"{here}/w.pt\")", {"data/x y.csv", "w.pt"}),
        ("# other tools\nx = 'mixup.ipynb'", set()),
    ],
)
def test_need_is_read_off_the_text(source: str, found: set[str]) -> None:
    """Imported modules and named data files are needed; comments, notebooks and everything else are not."""
    assert needed(source.encode(), NAMES) == found


def test_links_and_too_much_are_refused(tmp_path: Path) -> None:
    """A helper that is a link, or more helpers than a submission may have, is a sentence; a suite never travels."""
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "test_x.py").write_text("x = 1")
    assert read_beside(tmp_path, (), "a.py", b"import suite.test_x") == ()
    (tmp_path / "tools.py").symlink_to("/etc/hostname")
    with pytest.raises(SubmissionError, match="needs tools.py beside it, which is a symbolic link"):
        read_beside(tmp_path, (), "a.py", b"import tools")
    many = tmp_path / "many"
    (many / "p").mkdir(parents=True)
    for number in range(FILES + 1):
        (many / "p" / f"m{number}.py").write_text("")
    with pytest.raises(SubmissionError, match="more than 50 files"):
        read_beside(many, (), "a.py", b"import p")


HELPER = """import json
calls = []

def double(x):
    calls.append(x)
    assert len(calls) == 1
    return 2 * x
"""


def test_helpers_and_packages_in_a_report(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A helper with state is new for every import, its data file is read, and a package not of the course is named."""
    root = lay("class", {
        "ann/double.py": "import tools\nfactor = int(open('two.txt').read())\ndouble = tools.double\n",
        "ann/tools.py": HELPER, "ann/two.txt": "2", "bo/double.py": "import yaml\n\ndef double(x):\n    return 2 * x\n",
    })  # fmt: skip
    own = tmp_path / "course"
    shutil.copytree(course, own)
    (own / "exercises" / "course.toml").write_text('format = 1\npackages = ["torch", "numpy"]\n', encoding="utf-8")
    done = run(root, "--out", tmp_path / "r", "--course", own, "--seed", 7, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    doc = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
    assert {one["id"]: one["units"]["ex02_double"]["earned"] for one in doc["students"]} == {
        "ann": "2.00",
        "bo": "0.00",
    }
    assert "this course has torch, numpy" in (tmp_path / "r" / "feedback" / "bo.md").read_text(encoding="utf-8")
