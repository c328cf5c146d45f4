"""Test processes share the cores: each keeps torch and NumPy to one thread, and so do the programs they start."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

os.environ["GRADER_CACHE"] = os.devnull  # no folder: `grader verify` remembers nothing between tests
os.environ["XDG_STATE_HOME"] = os.devnull  # nor which courses are trusted: these are
os.environ["GRADER_TRUSTED"] = os.pathsep.join((str(Path(__file__).parent.parent), tempfile.gettempdir()))

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Whoever starts the tests in the background lets them, and all that they start, ignore Ctrl-C, which some tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one exercise, as `grader new` writes it."""
    root = tmp_path_factory.mktemp("course")
    (root / "exercises").mkdir()
    new = [sys.executable, "-m", "grader", "new", "ex46_mean_row"]
    subprocess.run(new, cwd=root, check=True, capture_output=True)
    return root
