"""The commands as a user meets them: what they print, their exit codes, and that bad input leaves no trace."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.format.library import find_library, heading

from .conftest import TINY, Cli


def test_list_shows_quizzes_and_what_was_answered(course: Path, cli: Cli) -> None:
    """One line a quiz, with its title, whether it is a release, and whether it was answered."""
    other = TINY.replace("id: tiny", "id: other").replace('title: "Tiny: two kinds of question"', "title: 'Don''t'")
    (course / "quizzes" / "other.yaml").write_text(other.replace("questions:", "release: practice\nquestions:", 1))
    cli(course, "take", "tiny", typed="1\n1\ny\n")
    result = cli(course, "list")
    assert result.stdout == "  other  Don't (practice)\n✓ tiny   Tiny: two kinds of question (answered)\n"


def test_list_reads_the_head_alone(course: Path, cli: Cli) -> None:
    """A quiz that is broken below `questions:` is listed, and neither YAML, pydantic nor numpy is imported."""
    (course / "quizzes" / "tiny.yaml").write_text('title: "Broken"\nquestions: [{{{\n')
    assert cli(course, "list").stdout == "  tiny  Broken\n"
    code = "import sys, grader.commands.quiz, grader.quiz.format.library; print(sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "grader.quiz.format.library" in modules
    assert not [name for name in ("ruamel", "pydantic", "numpy", "matplotlib", "torch") if f"'{name}" in modules]


def test_the_beginning_of_an_id_is_enough(course: Path, cli: Cli) -> None:
    """A unique beginning names a quiz; two candidates are named; a near miss gets a proposal."""
    (course / "quizzes" / "tinier.yaml").write_text(TINY.replace("id: tiny", "id: tinier"))
    assert cli(course, "take", "tini", typed="q\n").returncode == 1
    both = cli(course, "take", "tin", typed="q\n")
    assert both.returncode == 2 and "`tin` is the beginning of tinier, tiny" in both.stderr
    assert cli(course, "take", "tiny", typed="q\n").returncode == 1, "a whole id wins over a longer one"
    miss = cli(course, "take", "tyny", typed="q\n")
    assert miss.returncode == 2 and "Did you mean `tiny`? `grader quiz list` names them all." in miss.stderr
    assert cli(course, "lint", "--no-checks", "quizzes/tiny.yaml").returncode == 0
    gone = cli(course, "lint", "quizzes/gone.yaml")
    assert gone.returncode == 2 and "quizzes/gone.yaml: there is no such file" in gone.stderr


def test_quizzes_are_found_upward_and_else_in_the_package(course: Path, tmp_path: Path) -> None:
    """From a folder inside a course its quizzes are found; far from any, those that the package carries."""
    inside = course / "exercises" / "ex01"
    inside.mkdir(parents=True)
    assert find_library(inside).folder == course / "quizzes"
    far = tmp_path / "far"
    far.mkdir()
    library = find_library(far)
    assert library.carried and library.home == far
    assert "r1-early-stopping" in [path.stem for path in library.paths]
    assert heading(library.find("r1")).title.startswith("Early stopping")
    with pytest.raises(UsageError):
        library.find("r9")


def test_carried_quizzes_are_practiced_but_not_graded(tmp_path: Path, cli: Cli) -> None:
    """Away from any course the package's quizzes can be taken, and a graded release of them is refused."""
    assert cli(tmp_path, "take", "l1", typed="1\nq\n").returncode == 1
    assert (tmp_path / "answers" / "l1-loop-basics.json").is_file()
    result = cli(tmp_path, "release", "l1", "--mode", "graded", "--out", tmp_path / "out")
    assert result.returncode == 2 and "are public, answers and all" in result.stderr
    assert cli(tmp_path, "release", "l1", "--mode", "practice", "--out", tmp_path / "out").returncode == 0


def test_score_prints_students_and_says_what_could_not_be_scored(course: Path, tmp_path: Path, cli: Cli) -> None:
    """A class of one good, one invalid and one broken file: exact points, the reasons, exit code 2."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "anna.yaml").write_text("picks: {stop-epoch: [key-e3], batchnorm: [key-run]}\n")
    (tmp_path / "class" / "bob.yaml").write_text("picks: {stop-epoch: [key-e3, wrong-e2]}\n")
    (tmp_path / "class" / "eve\u202e.yaml").write_text("picks: [\n")
    result = cli(course, "score", "tiny", tmp_path / "class")
    assert result.returncode == 2
    assert "✓ anna" in result.stdout and "2 of 3 points  (1 correct, 1 partial; attempt 1 of 1)" in result.stdout
    assert "! bob" in result.stdout and "not scored, invalid: stop-epoch" in result.stdout
    assert "! eve\\u202e  not scored: " in result.stdout and "eve\\u202e.yaml:2: this is not YAML" in result.stdout
    assert "\u202e" not in result.stdout
    assert cli(course, "score", "tiny", tmp_path / "class" / "bob.yaml").returncode == 1
    alone = cli(course, "score", "tiny", tmp_path / "class" / "anna.yaml")
    assert alone.returncode == 0
    assert "! batchnorm   partial  1 of 2     key-run" in alone.stdout
    nobody = cli(course, "score", "tiny", course)
    assert nobody.returncode == 2 and "no answers to `tiny`" in nobody.stderr


def test_points_are_exact(course: Path, tmp_path: Path, cli: Cli) -> None:
    """A third of two points is 2/3, on the screen and in JSON."""
    text = TINY.replace(
        'id: wrong-used, text: "Running statistics normalize"', 'id: key-3, correct: true, text: "Three"'
    )
    (course / "quizzes" / "tiny.yaml").write_text(text)
    (tmp_path / "anna.yaml").write_text("picks: {stop-epoch: [key-e3], batchnorm: [key-run]}\n")
    assert "1 2/3 of 3 points" in cli(course, "score", "tiny", tmp_path / "anna.yaml").stdout
    (row,) = json.loads(cli(course, "score", "tiny", tmp_path / "anna.yaml", "--json").stdout)["results"]
    assert (row["earned"], row["possible"], row["questions"][1]["points"]) == ("5/3", "3", "2/3")


BAD = {
    "broken": b"format: 1\nid: [\n",
    "laughs": b"a: &a [x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(50)),
    "object": b"format: 1\nid: !!python/object/apply:os.system ['touch ran']\n",
    "huge": b"a: " + b"x" * (10 << 20),
    "types": b"format: one\nid: 3\ntitle: [x]\nquestions: {}\n",
    "nul": b"format: 1\nid: a\0\n",
    "latin": "title: é\n".encode("latin-1"),
    "deep": b"[" * 100_000,
    "empty": b"",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_quiz_file_stops_every_command(course: Path, tmp_path: Path, cli: Cli, kind: str) -> None:
    """A sentence with file and line, exit code 2, nothing executed and nothing written."""
    (course / "quizzes" / "tiny.yaml").write_bytes(BAD[kind])
    (tmp_path / "anna.yaml").write_text("picks: {}\n")
    before = sorted(path for path in tmp_path.rglob("*"))
    for arguments in (
        ("lint",),
        ("take", "tiny"),
        ("score", "tiny", tmp_path / "anna.yaml"),
        ("release", "tiny", "--mode", "graded", "--out", tmp_path / "out"),
        ("analyze", "tiny", tmp_path),
        ("export", "tiny", "--format", "gift", "--out", tmp_path / "out.gift"),
    )[:: 1 if kind in ("broken", "object") else 5]:
        result = cli(course, *arguments)
        assert result.returncode == 2, (arguments, result.stdout, result.stderr)
        assert "tiny.yaml:" in result.stderr and "Traceback" not in result.stderr
        assert len(result.stderr) < 20_000
    assert sorted(path for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_answers_file_is_a_sentence(course: Path, tmp_path: Path, cli: Cli, kind: str) -> None:
    """What a learner hands in can be anything: it is told, and exit code 2 says that it was not scored."""
    for suffix in ("yaml", "json"):
        (tmp_path / f"anna.{suffix}").write_bytes(BAD[kind])
    result = cli(course, "score", "tiny", tmp_path / "anna.yaml", tmp_path / "anna.json")
    assert result.returncode == 2 and result.stdout.count("not scored: ") == 2
    assert "anna.yaml:" in result.stdout and "anna.json:" in result.stdout and "Traceback" not in result.stderr


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "qti12"])
def test_export_and_import_are_a_round_trip(course: Path, tmp_path: Path, cli: Cli, format: str) -> None:
    """What is exported and imported again is a quiz that scores alike, its losses told and its check gone."""
    out = cli(course, "export", "tiny", "--format", format, "--out", tmp_path / "bank")
    assert out.returncode == 0 and "! lost: " in out.stderr and f"Wrote {tmp_path / 'bank'}: 2 questions" in out.stdout
    back = cli(course, "import", tmp_path / "bank", "--format", format, "--out", "quizzes/again.yaml")
    assert back.returncode == 0, back.stderr
    assert cli(course, "lint", "--no-checks", "again").returncode == 0
    assert "check:" not in (course / "quizzes" / "again.yaml").read_text()
    (tmp_path / "anna.yaml").write_text("picks: {stop-epoch: [key-e3], batchnorm: [key-run]}\n")
    assert "2 of 3 points" in cli(course, "score", "again", tmp_path / "anna.yaml").stdout
    twice = cli(course, "import", tmp_path / "bank", "--format", format, "--out", "quizzes/again.yaml")
    assert twice.returncode == 2 and "there is a file already" in twice.stderr


def test_import_refuses_bad_files_and_names(course: Path, tmp_path: Path, cli: Cli) -> None:
    """Nothing is written for a file that is not the format, or under a name that is no quiz id."""
    (tmp_path / "bad.xml").write_text("<quiz><question")
    result = cli(course, "import", tmp_path / "bad.xml", "--format", "moodle-xml", "--out", "quizzes/new.yaml")
    assert result.returncode == 2 and "bad.xml" in result.stderr and "Traceback" not in result.stderr
    named = cli(course, "import", tmp_path / "bad.xml", "--format", "moodle-xml", "--out", "quizzes/New Quiz.yaml")
    assert named.returncode == 2 and "a quiz file is named ID.yaml" in named.stderr
    assert [path.name for path in (course / "quizzes").iterdir() if "ew" in path.name] == []


def test_what_the_system_refuses_is_a_sentence(course: Path, tmp_path: Path, cli: Cli) -> None:
    """An --out below a file, or an answers/ that is a file, is exit code 2 without a traceback."""
    (tmp_path / "file").write_text("")
    (course / "answers").write_text("")
    (course / "quizzes" / "folder.yaml").mkdir()
    for arguments, typed in (
        (("release", "tiny", "--mode", "practice", "--out", tmp_path / "file" / "out"), ""),
        (("export", "tiny", "--format", "gift", "--out", tmp_path / "file" / "out.gift"), ""),
        (("take", "tiny"), "1\n"),
    ):
        result = cli(course, *arguments, typed=typed)
        assert result.returncode == 2 and "Traceback" not in result.stderr, result.stderr
    assert cli(course, "list").stdout == "  tiny  Tiny: two kinds of question\n"


def test_a_figure_has_a_known_suffix(course: Path, tmp_path: Path, cli: Cli) -> None:
    """Another suffix than .png, .svg or .pdf is refused before anything is read."""
    result = cli(course, "analyze", "tiny", tmp_path, "--figure", tmp_path / "figure.bmp")
    assert result.returncode == 2 and "a figure is a .png, .svg or .pdf file" in result.stderr
