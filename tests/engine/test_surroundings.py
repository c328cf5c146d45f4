"""What a submission finds around it while it is imported: what Python itself would show it, and nothing of ours."""

from .conftest import Grade, outcomes

LOOKS = """
import argparse
import os
import sys

options = argparse.ArgumentParser()
options.add_argument("--epochs", type=int, default=3)
told = options.parse_args()
here = os.path.join(os.getcwd(), "double.py")
assert sys.argv == [here], sys.argv
assert len(sys.orig_argv) == 2 and sys.orig_argv[1] == here, sys.orig_argv
assert os.path.samefile(__file__, here), __file__
assert __name__ == "double", __name__
assert os.path.samefile(sys.path[0], os.getcwd()), sys.path
assert sys.modules["double"].__dict__ is globals()
with open(__file__, encoding="utf-8") as file:
    assert "argparse" in file.read()
for name, text in os.environ.items():
    assert "exercises" not in text, (name, text)


def double(x):
    return 2 * x
"""


def test_a_submission_finds_what_python_would_show_it(grade: Grade) -> None:
    """Arguments, file, name, import path and module table are those of a file that Python imports from its folder."""
    record = grade(LOOKS)
    assert outcomes(record) == ["passed", "passed"], record.verdicts[0].message
