"""How our own processes are started: nothing in the folder or the environment of whoever types can get code into them.

A student's folder may hold a `numpy.py`, and instructors do stand in such folders; `PYTEST_ADDOPTS="-k batch"` would
choose which tests count.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
UNWANTED = ("PYTHON", "PYTEST_", "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT")
KEPT = frozenset({"PYTHONUTF8", "PYTHONIOENCODING"})
SEARCHED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Lists of folders in which programs and libraries are looked for; an empty one in them is the working folder."""


def isolate() -> None:
    """Makes this process, and all that it starts, deaf to the working folder and to variables that inject code."""
    clean = environment()
    for name in os.environ.keys() - clean.keys():
        del os.environ[name]
    os.environ.update(clean)
    sys.path[:] = import_path()


def import_path() -> list[str]:
    """Where this process imports from, without the working folder, but with the folder of this package."""
    here = os.path.realpath(os.curdir)
    home = str(PACKAGE.parent)
    kept = [p for p in sys.path if os.path.isabs(p) and (os.path.realpath(p) != here or p == home)]
    return list(dict.fromkeys(kept if home in kept else [*kept, home]))


def limit_memory(mib: int) -> None:
    """Bounds what this process may still allocate: no answer of a submission may make an examiner eat the machine.

    A soft limit of the data segment, which a warm process lifts for itself (`sandbox/guest/zygote.py`).
    """
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        data = int(file.read().split()[5]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (data + (mib << 20), hard))


def python(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules as an isolated program with this process's import path."""
    run = f"runpy.run_module({module!r}, None, '__main__', True)"
    code = f"import sys; sys.path[:] = {import_path()!r}; import runpy; {run}"
    return [sys.executable, "-I", "-c", code, *arguments]


def environment(extra: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """What such a program finds in its environment."""
    clean = {n: v for n, v in os.environ.items() if not n.startswith(UNWANTED) or n in KEPT}
    for name in SEARCHED:
        if name in clean:
            clean[name] = os.pathsep.join(p for p in clean[name].split(os.pathsep) if os.path.isabs(p))
    # With PYTHONSAFEPATH neither -c nor -m looks into the working folder.
    return {**clean, "PYTHONSAFEPATH": "1", **dict(extra)}
