"""What an examinee may read: Python, what it can import and what that loads, and nothing of a course (guest)."""

import glob
import os
import site
import sys
import sysconfig
from collections.abc import Collection, Iterable

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/fonts",
    "/usr/share/zoneinfo",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)


def default_readable() -> list[str]:
    """Files and folders for `Confinement.prepare`, seen from the running interpreter.

    A root is named as a whole where nothing hidden lies below it; else its other children are named one by one, for
    Landlock can only add.
    """
    hidden = hidden_paths()
    return [part for root in roots() for part in _without(root, hidden)]


def roots() -> list[str]:
    """The few places that hold everything an examinee needs, outermost ones alone."""
    library = os.path.join(sys.base_prefix, "lib")
    standard = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.join(sys.prefix, "pyvenv.cfg"))
    wanted = (library, *standard, *_packages(), *_SYSTEM)
    return outermost(path for path in wanted if os.path.exists(path))


def hidden_paths() -> list[str]:
    """What lies below `roots()` and is ours: the installed package may hold a course, an editable install points to it.

    Every interpreter's package folders are looked through, since a virtual environment's base may have us too.
    """
    folders = set(_packages())
    for root in (os.path.join(sys.base_prefix, "lib"), *_SYSTEM):
        folders.update(glob.glob(f"{glob.escape(root)}/python3*/*-packages"))
    return sorted(
        {os.path.realpath(entry.path) for folder in folders for entry in os.scandir(folder) if _is_ours(entry.name)}
    )


def outermost(paths: Iterable[str]) -> list[str]:
    """`paths`, sorted, without those that lie below another one."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda path: path.split(os.sep)):
        if not kept or not path.startswith(kept[-1] + os.sep):
            kept.append(path)
    return kept


def _packages() -> list[str]:
    return [folder for folder in site.getsitepackages() if os.path.isdir(folder)]


def _is_ours(name: str) -> bool:
    return name == "grader" or "gradeloop" in name.lower()


def _without(path: str, hidden: Collection[str]) -> list[str]:
    """The cover of `path` that leaves out everything at or below a hidden path."""
    real = os.path.realpath(path)
    if any(real == one or real.startswith(one + os.sep) for one in hidden):
        return []
    if not any(one.startswith(real + os.sep) for one in hidden):
        return [path]
    return [part for name in sorted(os.listdir(path)) for part in _without(os.path.join(path, name), hidden)]
