"""Imports a submission from its text, with what lay beside it, as Python would from the working folder (guest)."""

import importlib
import io
import linecache
import os
import sys
import tokenize
import types
from collections.abc import Callable
from typing import Any


class Loader:
    """Imports the submission from its text; `load` scenarios call it after they have patched what it imports.

    The code finds what it would find if Python imported it from the working folder.
    """

    def __init__(
        self, source: bytes | None, file: str, folder: str, imported: Callable[[], None], files: list[list[Any]],
        packages: list[str], given: list[list[Any]] | None = None,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.files = files
        self.given = given or []
        self.packages = packages
        self.source = source
        self.imported = imported
        self.path = file
        self.name = file.removesuffix(".py")

    def __call__(self) -> types.ModuleType:
        assert self.source is not None
        text = decoded(self.source, self.path)
        code = compile(self.source, self.path, "exec", dont_inherit=True)
        linecache.cache[self.path] = (len(text), None, text.splitlines(True), self.path)
        module = types.ModuleType(self.name)
        module.__file__ = os.path.join(self.folder, self.path)
        self.lay_out()
        sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, CoursePackages)]
        if self.packages:
            sys.meta_path.insert(0, CoursePackages(self.packages, self.path, self.folder))
        with open(module.__file__, "wb") as file:
            file.write(self.source)
        sys.argv[:] = [module.__file__]
        sys.orig_argv[:] = [sys.executable, module.__file__]
        sys.modules[self.name] = module
        exec(code, module.__dict__)  # noqa: S102  the submission itself, confined
        self.imported()
        return module

    def lay_out(self) -> None:
        """Writes what lies beside the submission, the course's own data read-only; modules of it are imported anew.

        This comes after the scenario is compiled, so that no name of a submitted file is met by the scenario's imports.
        """
        for name, data in self.files:
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        for name, data in self.given:
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if os.path.lexists(path):
                os.unlink(path)
            mode = 0o666 if sys.platform == "win32" else 0o444  # where nobody could remove it else
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(path, flags, mode), "wb") as file:
                file.write(data)
        tops = {name.partition("/")[0].removesuffix(".py") for name, _ in (*self.files, *self.given)}
        if not self.files and not any(name.endswith(".py") for name, _ in self.given):
            return  # a look at every module would cost a new process a copy of most of its memory
        for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
            origin = getattr(sys.modules[name], "__file__", None)
            if isinstance(origin, str) and origin.startswith(self.folder + os.sep):
                del sys.modules[name]
        importlib.invalidate_caches()


class CoursePackages:
    """Tells a submission that imports a package which the course does not have; what packages import is theirs.

    It is a rule and no wall: whoever wants around it gains nothing but a package that is not there elsewhere.
    """

    def __init__(self, allowed: list[str], path: str, folder: str) -> None:
        self.allowed, self.path, self.folder = allowed, path, folder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        top = name.partition(".")[0]
        own = any(os.path.exists(os.path.join(self.folder, one)) for one in (top, f"{top}.py"))
        if path is not None or own or top in self.allowed or top in sys.stdlib_module_names:
            return
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
            frame = frame.f_back
        if frame is not None and frame.f_code.co_filename.startswith((self.path, self.folder + os.sep)):
            have = ", ".join(self.allowed)
            raise ModuleNotFoundError(f"No module named {name!r}: this course has {have}", name=name)


def decoded(source: bytes, path: str) -> str:
    """The text of a file, in the encoding that it declares; Python itself lets wrong bytes in a comment pass."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SyntaxError(str(error), (path, line, None, None)) from None
