"""Whose user id a submission has, and that everything says so where it is root's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.guest.confine import closed_place

from .conftest import CONTROLS, Check, document


def test_the_folder_that_is_closed_is_named(tmp_path: Path) -> None:
    """What keeps another user from a file is the outermost closed folder above it, or the file's own mode."""
    tmp_path.chmod(0o755)
    place = tmp_path / "home" / "lib"
    place.mkdir(parents=True)
    (place / "python").write_text("")
    (place / "python").chmod(0o640)
    below = [folder for folder in tmp_path.parents if not folder.stat().st_mode & 0o001]
    assert closed_place([str(place / "python")]) == str(below[-1] if below else place / "python")
    (tmp_path / "home").chmod(0o700)
    assert closed_place([str(place / "python")]) == str(below[-1] if below else tmp_path / "home")
    assert closed_place(["/usr/lib"]) == "something"


@pytest.mark.parametrize("tier", ["B", "C"])
def test_roots_id_is_told(check: Check, environment: dict[str, str], tier: str) -> None:
    """The record says "as root" if and only if no other user id could be had, and `doctor` says why."""
    record = document(check("--json", "--no-keep-warm", "--submission", CONTROLS / "right.py", GRADER_TIER=tier))
    doctor = [sys.executable, "-m", "grader", "doctor", "--json"]
    told = json.loads(
        subprocess.run(doctor, env=environment | {"GRADER_TIER": tier}, stdout=subprocess.PIPE, check=True).stdout
    )

    kept = told["uid"] == "root without capabilities"
    assert record["as_root"] == kept
    assert any(one.startswith("another user id") for one in told["missing"]) == kept
    if os.geteuid() != 0:
        assert told["uid"] == "own" and not kept
