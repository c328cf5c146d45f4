"""An exercise's notebook in JupyterLab, in a real browser."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.commands.init import lay_out
from grader.course.course import Course, carried_course
from grader.course.notebook import name_of
from tests.notebook.test_kernel import own_home
from tests.report.browser import CHROMIUM, Browser

ROOT = Path(__file__).parents[2]
LAB = ROOT / ".tools" / "lab" / "bin" / "jupyter-lab"
MISSING = CHROMIUM is None or not LAB.exists()
pytestmark = [
    pytest.mark.skipif(MISSING, reason="chromium or JupyterLab is missing: run `sh tests/tools.sh`"),
    pytest.mark.timeout(300),
]
__all__ = ["own_home"]  # a fixture
CELLS = "document.querySelectorAll('.jp-Notebook .jp-CodeCell')"


@pytest.fixture
def lab(tmp_path: Path, own_home: None) -> Iterator[str]:
    """JupyterLab on a workspace with the notebook of ex07: the address of that notebook."""
    root, state = tmp_path / "course", tmp_path / "jupyter"
    lay_out(carried_course(), root, ["ex07_layernorm"], notebooks=True)
    exercise = Course.load(root).exercise("ex07")
    place = (exercise.folder / name_of(exercise)).relative_to(root).as_posix()
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", f"--ServerApp.root_dir={root}"]
    options += ["--IdentityProvider.token=lesson", "--KernelSpecManager.ensure_native_kernel=False"]
    places = {"JUPYTERLAB_SETTINGS_DIR": str(state), "JUPYTERLAB_WORKSPACES_DIR": str(state / "w")}
    environment = os.environ | places | {"JUPYTER_PREFER_ENV_PATH": "0"}  # the kernel is the test's, not JupyterLab's
    with (tmp_path / "lab.log").open("wb") as log:
        process = subprocess.Popen([LAB, *options], env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 100
        while not (found := list(state.glob("jpserver-*.json"))) or not found[0].stat().st_size:
            assert process.poll() is None and time.monotonic() < end, (tmp_path / "lab.log").read_text()
            time.sleep(0.1)
        url = json.loads(found[0].read_text())["url"]
        yield f"{url}lab/tree/{place}?token=lesson"
    finally:
        process.terminate()
        process.wait(30)


def test_a_solution_is_judged_in_the_page(lab: str, tmp_path: Path) -> None:
    """Typed into the cell that is checked and run by its key, the solution's verdict is drawn below the cell."""
    solution = carried_course().exercise("ex07").solution.read_text(encoding="utf-8")
    with Browser(tmp_path / "profile") as browser:
        browser.visit(lab, 1400)
        browser.wait(f"{CELLS}.length > 1 && {CELLS}[1].innerText.includes('%%check ex07')", 120)
        browser.wait("document.body.innerText.includes('| Idle')", 100)  # only a kernel that is there runs a cell
        browser.click(".jp-Notebook .jp-CodeCell .cm-content")
        browser.press("Enter", shift=True)
        browser.evaluate(f"{CELLS}[1].querySelector('.cm-content').focus()")
        browser.evaluate("document.execCommand('selectAll')")
        browser.call("Input.insertText", text=f"%%check ex07\n{solution}")
        browser.press("Enter", shift=True)
        browser.wait(f"{CELLS}[1].innerText.includes('points')", 60)
        told = browser.evaluate(f"{CELLS}[1].querySelector('.jp-OutputArea').innerText")
        assert "✓" in told and "✗" not in told and "Traceback" not in told, told
        assert browser.evaluate(f"{CELLS}[1].querySelectorAll('.jp-OutputArea img').length") == 1
