"""Compiled files of slow packages are written once."""

import importlib.util
import sys
from pathlib import Path

import pytest

from grader.sandbox.host.bytecode import compile_once


def test_compiled_files_are_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without compiled files gets them, its parts too; one that has them, or that is not there, is left."""
    (tmp_path / "slow_package").mkdir()
    files = [tmp_path / "slow_package" / name for name in ("__init__.py", "part.py")]
    for file in files:
        file.write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = ("slow_package", "slow_package.part")

    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert compile_once(names) is None, "the user wants none"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    process = compile_once(names)
    assert process is not None and process.wait(60) == 0
    assert all(Path(importlib.util.cache_from_source(str(file))).exists() for file in files)
    assert compile_once(names) is None
    assert compile_once(("no_such_package",)) is None
