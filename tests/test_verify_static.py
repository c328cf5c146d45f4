"""What `grader verify` says before anything runs, each sentence on an exercise that is sound but for that one thing."""

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.course.exercise import read_exercise
from grader.verify import excuses, files, mistake
from grader.verify.judgement import Scope
from grader.verify.page import write_page
from grader.verify.proof import verify
from tests.sentences import lacking, pieces

Change = Callable[[str], str | None]
Row = tuple[str, Change, str]
Told = Callable[[int], list[str]]
SUITE = "exercises/ex46_mean_row/suite/test_mean_row.py"
FIXTURES = "exercises/ex46_mean_row/suite/conftest.py"
TOML = "exercises/ex46_mean_row/exercise.toml"
README = "exercises/ex46_mean_row/README.md"
STUB = "exercises/ex46_mean_row/mean_row.py"
SOLUTION = "solutions/ex46_mean_row/mean_row.py"
EXCUSES = "solutions/ex46_mean_row/verify.toml"
MISTAKE = "solutions/ex46_mean_row/mistakes/forgets_the_last_row.py"
PATCH = "solutions/ex46_mean_row/mistakes/accepts_an_empty_batch.toml"
ODD = "solutions/ex46_mean_row/variants/odd"
RETURN = "    return module.mean_row(x)"
SHORT, LONG = 'reason = "so it is"\n', 'reason = "no requirement tells it apart"\n'
ROWS: list[Row] = [
    (SUITE, lambda s: s + "def broken(:\n", "test_mean_row.py:31: invalid syntax: this is not Python"),
    (SUITE, lambda s: s + "x = '\0'\n", "this is not Python"),
    (STUB, lambda s: s + "def broken(:\n", "mean_row.py:9: invalid syntax: this is not Python"),
    (MISTAKE, lambda s: s + "def broken(:\n", "forgets_the_last_row.py:15: invalid syntax: this is not Python"),
    (SOLUTION, lambda s: None, "mean_row.py:1: the reference solution is missing"),
    (STUB, lambda s: None, "mean_row.py:1: the stub is missing"),
    (README, lambda s: None, "README.md:1: the README is missing"),
    (SUITE, lambda s: None, "test_mean_row.py:1: the suite is missing"),
    (FIXTURES, lambda s: "x = 1\n", "conftest.py:1: is not read"),
    (f"{ODD}/.keep", lambda s: "x", "odd:1: this variant has no file: put mean_row.py there"),
    (f"{ODD}/modle.py", lambda s: "x = 1\n", "modle.py:1: is no file that is handed in: mean_row.py"),
    (SUITE, lambda s: s.replace(RETURN, "    assert True, 'x'\n" + RETURN), "must not assert"),
    (SUITE, lambda s: s.replace(RETURN, "    return (module.mean_row(x) == 3).all()"), "returns a comparison"),
    (SUITE, lambda s: s.replace('    """An empty batch is refused."""\n', ""), "has no docstring"),
    (SUITE, lambda s: s.replace(", strict=True", ""), "strict=True"),
    (SUITE, lambda s: s.replace("@points(2)\n", ""), "has no @points"),
    (SUITE, lambda s: s + "\n\n" + s[s.rindex("@points") :], "is also the name of a test at"),
    (SUITE, lambda s: s.replace("    batches", "    # verify: ignores zerro\n    batches"), "did you mean `zero`?"),
    (SUITE, lambda s: s.replace("def mean_row(module,", "def mean_row(mod,"), "is `mod`: call it `module`"),
    (MISTAKE, lambda s: s.replace("Echoes: -", "Echoes: -\nBecause: so"), "is too short: say"),
    (MISTAKE, lambda s: s.replace("Must fail", "Fails"), ":1: the first lines must say"),
    (MISTAKE, lambda s: s.replace("test_averages_over_the_rows", "-"), "fail: say `Must fail: <test>`"),
    (PATCH, lambda s: re.sub(r"fail = .*", "fail = []", s), 'fail: say `must_fail = ["<test>"]`'),
    (MISTAKE, lambda s: s.replace("Echoes: -", "Echoes: test_averages"),
     "test of the suite: did you mean `test_averages_over_the_rows`?"),
    (MISTAKE, lambda s: s.replace("Echoes: -", "Echoes: x"), "names x, which is no test of the suite: correct"),
    (PATCH, lambda s: 'because = "so it is"\n' + s, "empty_batch.toml:1: the reason `so it is` is too short"),
    (PATCH, lambda s: s.replace('new = ""', 'new = "("'), "batch.toml:11: its changes make no Python of the solution"),
    (EXCUSES, lambda s: f'[[unsuitable]]\ntransformation = "local renamed"\n{LONG}',
     "verify.toml:2: unknown transformation 'local renamed': did you mean"),
    (EXCUSES, lambda s: f'[[unsuitable]]\ntransformation = "x"\n{LONG}', "'x': known are locals renamed"),
    (EXCUSES, lambda s: f'[[free]]\ncode = "x"\n{LONG}[[free]]\ncode = "y"\n{SHORT}',
     "verify.toml:6: y: the reason is too short: say why"),
    (EXCUSES, lambda s: f'[[equivalents]]\nmutant = "x"\n{LONG}', "toml:1: unknown key `equivalents`: did you mean"),
    (EXCUSES, lambda s: f'[[equivalent]]\nmutants = "x"\n{LONG}', "toml:2: unknown key `equivalent.mutants`"),
    (TOML, lambda s: s.replace("needs = []", 'needs = ["ex77"]'), ".toml:6: needs 'ex77', which is no other exercise"),
    (TOML, lambda s: s[: s.rindex("[[hints]]")], ".toml:14: three staged hints"),
]  # fmt: skip


class NoPool:
    """Stands where trials would run, and refuses."""

    def run(self, *_: object) -> Any:
        raise AssertionError("nothing needs to run for this")

    draw = run


def changed(sound: Path, root: Path, file: str, change: Change) -> Path:
    """A copy of the exercise with another text in one file, or for None without it."""
    shutil.copytree(sound, root)
    path = root / file
    before = path.read_text() if path.exists() else ""
    after = change(before)
    assert after != before, "the change changes something"
    path.parent.mkdir(exist_ok=True)
    if after is None:
        path.unlink()
    else:
        path.write_text(after)
    return root / "exercises" / "ex46_mean_row"


@pytest.fixture(scope="module")
def told(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The problems of a row's exercise, found once."""

    @cache
    def told(number: int) -> list[str]:
        file, change, _ = ROWS[number]
        folder = changed(sound, tmp_path_factory.mktemp("changed") / "course", file, change)
        pool: Any = NoPool()
        return verify(read_exercise(folder), pool).problems

    return told


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[row[2] for row in ROWS])
def test_it_is_said_before_anything_runs(told: Told, number: int) -> None:
    """Each fault that can be seen is said alone, in one line with file, line and what to do, and nothing has run."""
    assert [one for one in told(number) if ROWS[number][2] in one], told(number)
    assert not lacking(told(number))
    assert not [one for one in told(number) if "\n" in one]


def test_no_sentence_is_left_out(told: Told) -> None:
    """Every sentence of the rooms that read files is provoked above."""
    heard = "\n".join(one for number in range(len(ROWS)) for one in told(number))
    known = [piece for module in (excuses, files, mistake) for piece in pieces(Path(str(module.__file__)))]
    assert len(known) > 15 and not [piece for piece in known if piece not in heard]


@pytest.mark.parametrize("scope", [Scope(), Scope(quick=True)], ids=["whole", "quick"])
def test_texts_worth_a_look_are_said_first(sound: Path, tmp_path: Path, scope: Scope) -> None:
    """A README without a number stops nothing, but it is said before the first trial, and once."""
    folder = changed(sound, tmp_path / "course", README, lambda s: "# Mean\n\nWrite it.\n")
    pool: Any = NoPool()
    heard: list[str] = []
    with pytest.raises(AssertionError, match="nothing needs to run"):
        verify(read_exercise(folder), pool, scope=scope, say=heard.append)
    assert len(heard) == 1 and heard[0].startswith(f"{folder / 'README.md'}:1: has no worked number")


@pytest.mark.parametrize("change", [lambda s: s + "def broken(:\n", lambda s: s.replace(", strict=True", "")])
def test_the_page_of_what_did_not_run(sound: Path, tmp_path: Path, change: Change) -> None:
    """`--html` shows what is to mend, and runs no mutants for a proof that ended before its first trial."""
    folder = changed(sound, tmp_path / "course", SUITE, change)
    pool: Any = NoPool()
    proof = verify(read_exercise(folder), pool)
    write_page(tmp_path / "proof.html", proof, pool)
    page = (tmp_path / "proof.html").read_text()
    assert "1 to mend" in page and f"{folder / 'suite' / 'test_mean_row.py'}:" in page
