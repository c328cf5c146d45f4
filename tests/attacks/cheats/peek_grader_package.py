"""Imports the grader itself to ask it for the course, and looks for its metadata.

Alone: breach
"""

import contextlib
import importlib.metadata
import sys

print("the payload ran", flush=True)
for name in [name for name in sys.modules if name.startswith("grader")]:
    del sys.modules[name]
project = "@suite@"
with contextlib.suppress(Exception):
    print([str(path) for path in importlib.metadata.files("gradeloop") or ()][:3])
for folder in ("@project@",):
    sys.path.insert(0, folder)
    with contextlib.suppress(ImportError, OSError):
        from grader.course import carried_course

        print("BREACH: the course has", len(carried_course().folders), "exercises")
