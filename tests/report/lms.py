"""What the tests of grades and feedback that go back into an LMS hand in."""

import zipfile
from pathlib import Path

from tests.report.conftest import answers

TWICE = "def double(x):\n    return x + x\n"
PEOPLE = "Student,ID,SIS User ID,SIS Login ID,Section"
FULL, HALF = answers(sum=["two"], even=["a", "b", "c"]), answers(sum=["two"])


def packed(path: Path, files: dict[str, str | bytes]) -> Path:
    """The files as a zip at `path`."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path
