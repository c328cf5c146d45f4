"""Removes, renames and replaces the folder in which it runs."""

import contextlib
import os
import shutil

here = os.getcwd()
for deed in (
    lambda: os.rename(here, here + "-moved"),
    lambda: os.rename(here, os.path.dirname(here) + "/neighbor"),
    lambda: shutil.rmtree(here),
    lambda: os.rmdir(here),
    lambda: os.symlink("/etc", here),
):
    with contextlib.suppress(OSError):
        deed()
print("the payload ran", flush=True)


def mean_row(x):
    return None
