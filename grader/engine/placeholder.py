"""Stand-ins for torch and other heavy packages while the examiner imports a suite.

A suite imports torch for its scenarios, which run elsewhere; importing it here would cost a second and 200 MB. What the
suite's top level may do with a stand-in: import it, name its attributes, inherit from them. Calling one is an error.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HEAVY = ("torch", "torchvision", "matplotlib", "PIL", "scipy")


class Placeholder(types.ModuleType):
    """Stands for a module or anything in it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> "Placeholder":
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder(f"{self.__name__}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{self.__name__} is called in the examiner; use it in a scenario, or NumPy here")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __getitem__(self, item: Any) -> "Placeholder":
        return self

    def __or__(self, other: Any) -> "Placeholder":
        return self

    __ror__ = __or__


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of the heavy packages, and of those that an exercise names, with stand-ins."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Placeholder(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


@contextmanager
def light_imports(more: Sequence[str] = ()) -> Iterator[None]:
    """Within it, `import torch`, or one of `more`, gives a stand-in; afterwards everything is as it was."""
    names = {*HEAVY, *(name.partition(".")[0] for name in more)}
    heavy = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in names}
    finder = Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n in sys.modules if n.partition(".")[0] in names]:
            del sys.modules[name]
        sys.modules.update(heavy)


def lies_in(name: str, folder: Path) -> bool:
    """Whether an imported module comes from below a folder, however the two paths are written."""
    file = getattr(sys.modules.get(name), "__file__", None)
    return file is not None and Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def displaced(folder: Path) -> dict[str, types.ModuleType]:
    """Takes out of `sys.modules` those that stand for other files of the names of this folder's, which would be met
    in their place; Python's own stay.
    """
    names = {path.stem for path in folder.glob("*.py")} & sys.modules.keys() - sys.stdlib_module_names
    return {name: sys.modules.pop(name) for name in names if not lies_in(name, folder)}
