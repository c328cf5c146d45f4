"""What goes back into any LMS: no student without an id, and a folder for e-mail."""

import csv
import io
from pathlib import Path

import pytest

from tests.report.conftest import Lay, run
from tests.report.lms import PEOPLE, TWICE


@pytest.mark.parametrize(
    ("format", "text", "says"),
    [
        ("canvas", "student,name,email\nann,Ann Smith,a@x.org\n", "--format canvas needs Canvas's gradebook export"),
        (
            "moodle",
            "student,name,email\nann,Ann Smith,a@x.org\n",
            "--format moodle needs a grading worksheet of Moodle",
        ),
        ("canvas", f'{PEOPLE},ex02 (1)\n"Smith, Ann",,u1,ann,A,\n', "Smith, Ann has no ID"),
        (
            "moodle",
            "Identifier,Full name,Email address,Grade,Last modified (grade)\n,Ann Smith,ann@x.org,,-\n",
            "Ann Smith has no Identifier",
        ),
    ],
)
def test_a_list_without_ids_is_refused(
    course: Path, lay: Lay, tmp_path: Path, format: str, text: str, says: str
) -> None:
    """Another list than the LMS's own, or a student without an id in it, is an error and not an empty cell."""
    folder = lay("class", {"ann/double.py": TWICE})
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = run(
        folder, "--out", tmp_path / "r", "--course", course, "--roster", tmp_path / "list.csv", "--format", format
    )
    assert done.returncode == 2 and says in done.stderr, done.stderr
    assert not (tmp_path / "r").exists()


def test_one_folder_for_e_mail(graded: Path) -> None:
    """Each page is called by its reader's address, and a table tells a mail program who gets which."""
    folder = graded / "report" / "email"
    rows = list(csv.reader(io.StringIO((folder / "addresses.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["email", "name", "total", "out of", "file"]
    assert rows[1][:2] == ["alice@example.org", "Alice Adams"] and rows[1][4] == "alice@example.org.html"
    assert {path.name for path in folder.glob("*.html")} == {row[4] for row in rows[1:]}
    page = (folder / "alice@example.org.html").read_text(encoding="utf-8")
    assert "Feedback for Alice Adams" in page and "Bob" not in page
