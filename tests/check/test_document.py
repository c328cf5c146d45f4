"""What `grader check` prints and exits with, in the tiers and through the warm process."""

from pathlib import Path

import pytest

from .conftest import CONTROLS, RIGHT, Check, document


@pytest.mark.parametrize("tier", ["", "B", "D"], ids=["best", "B", "D"])
def test_the_document_tells_all(check: Check, tier: str) -> None:
    """In every tier the right code exits with 0, and the document holds what is promised."""
    forced = {"GRADER_TIER": tier} if tier else {}
    right = check("--json", "--no-keep-warm", "--seed", "3", "--submission", CONTROLS / "right.py", **forced)
    told = document(right)

    assert right.returncode == 0
    assert (told["format"], told["exercise"], told["outcome"]) == (1, "ex01_mean_row", "passed")
    assert told["points"] == {"earned": 6, "possible": 6}
    assert (told["seed"], told["device"], told["forced"]) == (3, "cpu", bool(tier))
    assert told["tier"] == tier or not tier
    assert set(told["submission"]) == {"path", "sha256"}
    assert {"python", "torch"} <= set(told["versions"])
    assert told["resembles"] is None
    assert [test["outcome"] for test in told["tests"]] == ["passed"] * 3
    wanted = {"name", "title", "outcome", "points", "message", "hint", "output", "seconds"}
    assert all(wanted <= set(test) for test in told["tests"])


def test_work_that_is_not_done_exits_with_1(check: Check) -> None:
    """Code that does nothing exits with 1, in a whole document, without a point."""
    done = check("--json", "--no-keep-warm", "--submission", CONTROLS / "lazy.py", GRADER_TIER="B")

    assert done.returncode == 1
    assert (document(done)["outcome"], document(done)["points"]["earned"]) == ("failed", 0)


def test_a_stronger_tier_than_there_is_is_refused(check: Check) -> None:
    """`--require-tier` ends with exit code 3 and the next step when the machine, or GRADER_TIER, has less to offer."""
    done = check(
        "--json", "--no-keep-warm", "--require-tier", "A", "--submission", CONTROLS / "right.py", GRADER_TIER="C"
    )

    assert done.returncode == 3
    assert "reaches tier C, you asked for A" in document(done)["error"]["what"]
    assert "grader doctor" in document(done)["error"]["next"]


def test_the_learner_reads_test_by_test(check: Check) -> None:
    """Without --json each test is one line with its mark, and the end tells points, seed and what to do next."""
    done = check("--submission", CONTROLS / "lazy.py")

    assert done.returncode == 1
    assert "✗ There is one mean per row.  (0/3)" in done.stdout
    assert "ex01 The mean of each row: 0 of 6 points" in done.stdout
    assert "next: `grader hint ex01`" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_stub_is_the_default(check: Check) -> None:
    """Without --submission the exercise's own stub is judged, which is not written yet."""
    done = check()

    assert done.returncode == 1
    assert "not written yet" in done.stdout


def test_a_known_mistake_is_recognized(check: Check, course: Path) -> None:
    """A submission with a known mistake's pattern of outcomes is told which one it looks like."""
    mistake = course / "solutions" / "ex01_mean_row" / "mistakes" / "counts_from_one.py"

    assert document(check("--json", "--submission", mistake))["resembles"] == "counts_from_one"


SOURCES = {
    "syntax error": (b"def mean_row(x:\n    return x\n", "SyntaxError", "mean_row.py:1"),
    "bad indentation": (b"def mean_row(x):\nreturn x\n", "IndentationError", "mean_row.py:2"),
    "tabs and spaces": (b"if 1:\n\tx = 1\n        y = 2\n", "inconsistent use of tabs", "the indentation is broken"),
    "wrong encoding": (RIGHT + "# für".encode("latin-1"), "not in UTF-8", "save it as UTF-8"),
    "other encoding": (RIGHT.decode().encode("utf-16"), "Error", "UTF-8"),
    "unknown encoding": (b"# coding: klingon\n" + RIGHT, "klingon", "save it as UTF-8"),
    "NUL bytes": (RIGHT + b"\0\0", "null bytes", "NUL bytes"),
    "missing function": (
        RIGHT.replace(b"def best_row", b"def worst_row"),
        "AttributeError",
        "asked for is `best_row`",
    ),
    "empty file": (b"", "AttributeError", "your file defines nothing of that kind, asked for is `mean_row`"),
    "open brackets": (b"x = " + b"(" * 90_000, "SyntaxError", "too many nested parentheses"),
    "closed brackets": (b"x = " + b"[" * 150 + b"]" * 150 + RIGHT, "", ""),
    "long chain": (b"x = " + b"-" * 300_000 + b"1\n" + RIGHT, "", ""),
    "long sum": (b"x = 1" + b" + x" * 100_000 + b"\n" + RIGHT, "", ""),
    "huge power": (b"x = 7 ** 7 ** 9\n" + RIGHT, "no answer within 2 s", "while your file was imported"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_that_is_no_python_fails_with_a_sentence(check: Check, tmp_path: Path, name: str) -> None:
    """A file that cannot be read as Python, or makes the parser suffer, exits with 1 and says what is wrong."""
    source, words, advice = SOURCES[name]
    (tmp_path / "mean_row.py").write_bytes(source)
    done = check("--submission", tmp_path)

    assert done.returncode == 1
    assert words in done.stdout
    assert advice in done.stdout


def test_marks_and_line_ends_of_other_systems_are_no_error(check: Check, tmp_path: Path) -> None:
    """A file with a byte order mark and the line ends of Windows is as right as any."""
    (tmp_path / "mean_row.py").write_bytes(b"\xef\xbb\xbf" + RIGHT.replace(b"\n", b"\r\n"))

    assert check("--submission", tmp_path).returncode == 0
