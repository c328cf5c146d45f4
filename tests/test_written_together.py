"""What lays out several files writes all of them, or none, and never over one that is there."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.base.atomic import write_together
from grader.base.errors import UsageError
from grader.commands.new import command as new

FILES: dict[str, str | bytes] = {"a/one.txt": "1", "a/b/two.txt": "2", "three.bin": b"3"}


def new_course(root: Path) -> None:
    CliRunner().invoke(new, ["--course", str(root)], catch_exceptions=False)


def new_exercise(root: Path) -> None:
    """Into a course that is there already, in which solutions/ is not."""
    here = os.getcwd()
    (root / "exercises").mkdir(parents=True, exist_ok=True)
    os.chdir(root)
    try:
        CliRunner().invoke(new, ["ex46_noise"], catch_exceptions=False)
    finally:
        os.chdir(here)


def into_a_full_folder(root: Path) -> None:
    """As two files of `grader build`, beside another file and into a folder that is there."""
    (root / "a").mkdir(parents=True, exist_ok=True)
    write_together(root, FILES)


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("lay_out", [new_course, new_exercise, into_a_full_folder])
def test_nothing_is_written_half(
    lay_out: Callable[[Path], None], call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever file the disk is full, or a name cannot be given, nothing of it is there; else everything is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "place"
    real = getattr(os, call)
    for at in range(100):
        calls = 0

        def fails(*args: object, at: int = at) -> object:
            nonlocal calls
            calls += 1
            if calls == at + 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, fails)
            try:
                lay_out(root)
            except UsageError as error:
                assert "cannot be written: No space left on device" in str(error) and str(root) in str(error)
            else:
                break
        assert not [name for name in tree(tmp_path) if (tmp_path / name).is_file()], f"left by a failure at call {at}"
        assert root.exists() == (lay_out is not new_course)
    assert at > 2
    assert all(".new." not in name for name in tree(root))
    files = {name for name in tree(root) if (root / name).is_file()}
    assert files == set(FILES) if lay_out is into_a_full_folder else len(files) >= 9


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solution that an earlier exercise of the name has left stays; it is named, and nothing is written beside it."""
    left = tmp_path / "solutions" / "ex46_noise" / "noise.py"
    left.parent.mkdir(parents=True)
    left.write_text("mine = 1\n")
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with pytest.raises(UsageError, match="there is a file already") as told:
        CliRunner().invoke(new, ["ex46_noise"], catch_exceptions=False)
    assert told.value.where == str(left)
    assert left.read_text() == "mine = 1\n" and tree(tmp_path / "exercises") == set()
    left.unlink()
    assert CliRunner().invoke(new, ["ex46_noise"], catch_exceptions=False).exit_code == 0
    assert "mine" not in left.read_text()
