"""Nothing in the working folder or the environment gets code or options into our own processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import TINY, Check, document

PLANTED = "import os\nopen(os.environ['HOME'] + '/planted', 'a').write(str(os.getpid()) + '\\n')\nraise SystemExit(9)\n"
PROGRAMS = ("bwrap", "true", "ps", "git", "python3", "sh", "chmod", "rm")
NAMES = ("numpy", "pytest", "sitecustomize", "usercustomize", "conftest", "json", "torch", "_pytest", "yaml", "planted")


@pytest.mark.parametrize("warm", ["--keep-warm", "--no-keep-warm"])
def test_modules_in_the_working_folder_are_not_imported(environment: dict[str, str], tmp_path: Path, warm: str) -> None:
    """A check that is started in a student's folder takes no module, program or setting from it, warm or not."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(PLANTED)
    for name in PROGRAMS:
        (tmp_path / name).write_text('#!/bin/sh\n/bin/echo program >> "$HOME/planted"\nexit 9\n')
        (tmp_path / name).chmod(0o755)
    for name in ("pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini"):
        heading = {"pyproject.toml": "[tool.pytest.ini_options]", "setup.cfg": "[tool:pytest]"}.get(name, "[pytest]")
        (tmp_path / name).write_text(f'{heading}\naddopts = "-k nothing_of_this_name"\n')
    (tmp_path / "matplotlibrc").write_text("backend: module://planted\n")
    exercise, solution = TINY / "exercises" / "ex01_mean_row", TINY / "solutions" / "ex01_mean_row"
    program = "import sys; sys.path.pop(0) if sys.path[0] == '' else None; from grader.cli import main; main()"
    argv = [sys.executable, "-P", "-c", program, "check", str(exercise), "--submission", str(solution), warm, "--json"]
    clean = {k: v for k, v in environment.items() if k != "PYTHONSAFEPATH"} | {"HOME": str(tmp_path)}
    clean |= {"PATH": f":.:{clean['PATH']}", "LD_LIBRARY_PATH": ":."}
    done = subprocess.run(argv, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "passed"
    assert not (tmp_path / "planted").exists()


def test_options_of_pytest_choose_no_tests(check: Check) -> None:
    """PYTEST_ADDOPTS and PYTEST_PLUGINS change neither the tests that count nor the points."""
    plain = document(check("--json", "--seed", "3"))
    bent = document(check("--json", "--seed", "3", "--no-keep-warm", PYTEST_ADDOPTS="-k best", PYTEST_PLUGINS="os"))

    assert [test["name"] for test in bent["tests"]] == [test["name"] for test in plain["tests"]]
    assert bent["points"] == plain["points"]


def test_what_we_start_has_no_injected_variables(tmp_path: Path) -> None:
    """Started programs see neither PYTHON* nor PYTEST_* nor LD_PRELOAD, and do not look into the working folder."""
    program = (
        "import os, subprocess, sys\nfrom grader.base.isolation import isolate, environment\nisolate()\n"
        "print(sorted(n for n in environment() if n.startswith(('PYTHON', 'PYTEST', 'LD_PRE'))), '' in sys.path)\n"
        "print(os.environ['PATH'] == environment()['PATH'], os.environ['PATH'], os.environ['LD_LIBRARY_PATH'])\n"
    )
    odd = os.environ | {"PYTHONPATH": "/nowhere", "PYTEST_ADDOPTS": "-x", "LD_PRELOAD": "", "LD_LIBRARY_PATH": ":b:/c"}
    odd["PATH"] = f":.:bin:{odd['PATH']}:"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=odd, capture_output=True, text=True, check=True
    )

    assert done.stdout == f"['PYTHONSAFEPATH'] False\nTrue {os.environ['PATH']} /c\n"
