"""What Windows does to files: names that are devices, files that are open elsewhere, line ends, letters."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.base import atomic, temporary
from grader.base.text import file_name

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["con", "CON", "nul.txt", "Aux.py", "com1", "lpt9.html"])
def test_no_device_becomes_a_file_name(name: str) -> None:
    """A student called `con` gets a file that is no device on Windows."""
    assert file_name(name).partition(".")[0].lower() != name.partition(".")[0].lower()


def test_a_file_that_is_open_elsewhere_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virus scanner or a synchronized folder holds a file for a moment: the rename is tried again."""
    real, refusals = os.replace, iter([True, True, False])

    def replace(old: str, new: Path) -> None:
        if next(refusals):
            raise PermissionError(13, "The process cannot access the file because it is being used", str(new))
        real(old, new)

    monkeypatch.setattr(atomic.os, "replace", replace)
    atomic.write_text(tmp_path / "state.json", "{}")
    assert (tmp_path / "state.json").read_text(encoding="utf-8") == "{}"
    assert next(refusals, None) is None and len(list(tmp_path.iterdir())) == 1


def test_a_file_that_stays_open_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some tries the refusal itself comes out, and nothing half-written is left."""

    def refuse(old: str, new: Path) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used", str(new))

    monkeypatch.setattr(atomic.os, "replace", refuse)
    monkeypatch.setattr(atomic, "TRIES", (0.0, 0.0))
    with pytest.raises(PermissionError, match="being used"):
        atomic.write_text(tmp_path / "state.json", "{}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_nobody_owns_any_more_is_swept_up(tmp_path: Path) -> None:
    """What a killed process left goes with the next one, on Windows after a day; a young folder stays."""
    for name, age in (("old", 2 * temporary.LONG_GONE), ("young", 0.0)):
        folder = tmp_path / f"{temporary.PREFIX}{name}"
        folder.mkdir()
        (folder / "file").touch()
        os.utime(folder, (time.time() - age,) * 2)
    temporary.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{temporary.PREFIX}young"]


def test_letters_that_an_encoding_lacks_are_spelled() -> None:
    """In cp1252 a passed test is `ok`, in ASCII an ellipsis three dots; nothing becomes a question mark."""
    code = "from grader.base.console import make_readable; import sys; make_readable(sys.stdout)"
    code += "; print('\\u2713 \\u2717 \\u2265 \\u2026 \\u00b7')"
    said = {}
    for encoding in ("cp1252", "ascii", "utf-8"):
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, check=True)
        said[encoding] = done.stdout.decode(encoding).strip()
    assert said == {"cp1252": "ok no >= … ·", "ascii": "ok no >= ... -", "utf-8": "✓ ✗ ≥ … ·"}


def test_the_workflow_runs_what_the_readme_says() -> None:
    """CI runs the README's two lines and these tests on three systems with each Python; README: no run was seen yet."""
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "system: [ubuntu-latest, macos-latest, windows-latest]" in workflow
    assert 'python: ["3.11", "3.12", "3.13", "3.14"]' in workflow
    for line in ("pip install uv", "uv run grader check ex01 --submission solutions/ex01_early_stopping"):
        assert f"run: {line}\n" in workflow and line in readme
    assert "uv run pytest" in workflow and "    uv run pytest " in readme and "tests/portable" in workflow
    assert "CI: no run has been seen yet" in readme
