"""Makes this package believe that it runs on another system: what that system lacks is gone, for its modules alone.

A Python that finds this file beside `elsewhere.json` on its path, and every Python that it starts, takes part. The
standard library and other packages go on with what there really is, since theirs is made for Linux. Where the other
system has something of its own, a stand-in does the same by Linux's means: it is the list at the end.
"""

import builtins
import importlib.abc
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import types
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "elsewhere.json"), encoding="utf-8") as file:
    CONFIG = json.load(file)
SYSTEM, OURS, ABSENT = CONFIG["system"], CONFIG["ours"] + os.sep, CONFIG["absent"]


def ours(depth: int) -> bool:
    """Whether the code that asks is the package's own."""
    return sys._getframe(depth + 1).f_code.co_filename.startswith(OURS)


def strip(module: types.ModuleType, names: list[str], instead: dict[str, Any]) -> None:
    """Takes names away from a module; whoever is not ours gets them all the same."""
    kept = {name: vars(module).pop(name) for name in (*names, *instead) if name in vars(module)}

    def there(name: str) -> Any:
        if ours(1):
            if name in instead:
                return instead[name]
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r} on {SYSTEM}")
        try:
            return kept[name]
        except KeyError:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}") from None

    module.__getattr__ = there  # type: ignore[method-assign]


def strip_imports() -> None:
    """Modules that the system lacks cannot be imported by ours; some of the others are stripped when they come."""
    gone, real = frozenset(ABSENT["modules"]), builtins.__import__
    late = {name: names for name, names in ABSENT["names"].items() if name not in ("os", "signal", "sys")}

    def load(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if name in gone and str((globals or {}).get("__file__", "")).startswith(OURS):
            raise ModuleNotFoundError(f"No module named {name!r} on {SYSTEM}", name=name)
        module = real(name, globals, locals, fromlist, level)
        if name in late and name in sys.modules:
            strip(sys.modules[name], late.pop(name), {})
        if name == "multiprocessing.connection" and SYSTEM == "win32":
            name_pipes(sys.modules[name])
        return module

    builtins.__import__ = load


def strip_files() -> None:
    """There is no /proc."""
    real = builtins.open

    def open_there(file: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(file, str) and file.startswith("/proc/") and ours(1):
            raise FileNotFoundError(2, f"No such file or directory on {SYSTEM}", file)
        return real(file, *rest, **more)

    builtins.open = open_there  # type: ignore[assignment]


def inherit() -> None:
    """A Python that is started without `site` would not be stripped: it gets `site` after all."""
    start = subprocess.Popen.__init__

    def begin(self: Any, args: Any, *rest: Any, **more: Any) -> None:
        if isinstance(args, list) and args[:1] == [sys.executable]:
            args = [word for word in args if word != "-S"]
        start(self, args, *rest, **more)

    subprocess.Popen.__init__ = begin  # type: ignore[method-assign]


def name_pipes(connection: Any) -> None:
    """Stand-in for named pipes: a Unix socket of the same name."""
    if hasattr(connection, "grader_pipes"):
        return
    connection.grader_pipes = True

    def file_of(name: Any) -> Any:
        pipe = str(name).startswith("\\\\.\\pipe\\")
        return os.path.join(tempfile.gettempdir(), str(name).rpartition("\\")[2]) if pipe else name

    class Listener(connection.Listener):  # type: ignore[misc,name-defined]
        def __init__(self, address: Any, *rest: Any, **more: Any) -> None:
            super().__init__(file_of(address), *rest, **more)

    client = connection.Client
    connection.Listener = Listener
    connection.Client = lambda address, *rest, **more: client(file_of(address), *rest, **more)


class StandIns(importlib.abc.MetaPathFinder):
    """Modules that call the other system: the file of the same name here comes in their place."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.startswith("grader.") and name in CONFIG["stand_ins"]:
            return importlib.util.spec_from_file_location(name, os.path.join(HERE, CONFIG["stand_ins"][name]))
        return None


INSTEAD: dict[str, dict[str, Any]] = {"os": {}, "signal": {}}
if SYSTEM == "win32":
    INSTEAD = {"os": {"supports_dir_fd": set(), "name": "nt"}, "signal": {"SIGBREAK": signal.SIGUSR2}}
    sys._base_executable = sys.executable  # the one behind the environment would start unstripped
    subprocess.CREATE_NO_WINDOW = subprocess.CREATE_NEW_PROCESS_GROUP = 0  # type: ignore[attr-defined]
sys.meta_path.insert(0, StandIns())
inherit()
strip_files()
strip_imports()
strip(os, ABSENT["names"]["os"], INSTEAD["os"])
strip(signal, ABSENT["names"]["signal"], INSTEAD["signal"])
strip(sys, [], {"platform": SYSTEM})
