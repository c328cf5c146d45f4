"""Imports the grader itself to ask it for the course, and looks for its metadata.

Alone: breach
"""

import contextlib
import importlib.metadata
import sys

print("the payload ran", flush=True)
for name in [name for name in sys.modules if name.startswith("grader")]:
    del sys.modules[name]
with contextlib.suppress(Exception):
    print([str(path) for path in importlib.metadata.files("gradeloop") or ()][:3])
sys.path.insert(0, "@project@")
with contextlib.suppress(ImportError, OSError):
    from grader.course.course import carried_course

    print("BREACH: the course has", len(carried_course().folders), "exercises")
