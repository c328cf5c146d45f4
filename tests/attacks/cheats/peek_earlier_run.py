"""Leaves notes wherever it can, and looks for those of an earlier question or submission."""

import contextlib
import os
import tempfile

places = [".", "..", tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~")]
for place in places:
    note = os.path.join(place, "grader-note")
    with contextlib.suppress(OSError):
        print("BREACH: an earlier run left", open(note).read())
for place in places:
    note = os.path.join(place, "grader-note")
    with contextlib.suppress(OSError), open(note, "x") as file:
        file.write(os.getcwd())
print("the payload ran", flush=True)


def mean_row(x):
    return None
