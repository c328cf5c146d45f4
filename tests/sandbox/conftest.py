"""The ground on which confinement is tried: a secret, an open folder, sockets that listen, and a second user."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.host import tiers

ACTS = Path(__file__).with_name("confine_acts.py")
SANDBOX = Path(tiers.__file__).parents[1]
OTHER = 1000  # a user id like any other: nothing here belongs to it

LOAD = f"""
import json, os, sys, types
for name, folder in (("grader", {str(SANDBOX.parent)!r}), ("grader.sandbox", {str(SANDBOX)!r})):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
"""


@dataclass
class SandboxFixture:
    """A folder that every user can reach, and how to run Python there as this user or as another one."""

    base: Path
    paths: dict[str, Any]
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    def scratch(self) -> str:
        """A fresh folder anybody may write to."""
        folder = tempfile.mkdtemp(dir=self.base)
        os.chmod(folder, 0o777)
        return folder

    def try_acts(self, tiers: str, how: str | None = None, other: bool = False, torch: bool = False) -> dict[str, Any]:
        """What `confine_acts` found, per tier; "" stands for no confinement. Every question is asked once."""
        key = f"{tiers}-{how}-{other}-{torch}"
        if key not in self.found:
            config = self.paths | {"tiers": [*tiers] or [""], "scratch": self.scratch(), "how": how, "torch": torch}
            acts, sandbox = (self.base / "acts.py", self.base / "grader" / "sandbox") if other else (ACTS, SANDBOX)
            argv = [self.python if other else sys.executable, "-I", str(acts), str(sandbox), json.dumps(config)]
            env = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "MPLCONFIGDIR": config["scratch"]}
            if other and self.python != sys.executable:
                env["LD_LIBRARY_PATH"] = str(self.base / "python" / "lib")
            user: dict[str, Any] = {"user": OTHER, "group": OTHER, "extra_groups": []} if other else {}
            done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False, **user)
            assert done.returncode == 0, done.stderr
            self.found[key] = json.loads(done.stdout)
        return self.found[key]

    @property
    def python(self) -> str:
        """A Python that other users may start: this one, or a copy where its home is closed to them."""
        files = [Path(sys.executable).resolve(), Path(os.__file__).resolve()]
        if all(_open_to_others(file) for file in files):
            return sys.executable
        home = self.base / "python"
        copy = home / "bin" / files[0].name
        if not copy.exists():
            library = Path(sys.base_prefix) / "lib"
            unneeded = shutil.ignore_patterns("site-packages", "test", "tests", "idlelib", "ensurepip", "config-*")
            shutil.copytree(files[1].parent, home / "lib" / files[1].parent.name, ignore=unneeded)
            for shared in library.glob("libpython*.so*"):
                shutil.copy(shared, home / "lib")
            copy.parent.mkdir()
            shutil.copy(files[0], copy)
        return str(copy)


def _open_to_others(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o004) and all(folder.stat().st_mode & 0o001 for folder in file.parents)


@pytest.fixture(scope="session")
def ground() -> Iterator[SandboxFixture]:
    """One ground for all tests; its sockets listen without anyone accepting, which is enough to connect."""
    base = Path(tempfile.mkdtemp(prefix="ground-"))
    base.chmod(0o755)
    (base / "vault").mkdir()
    (base / "vault" / "secret").write_text("the reference solution")
    (base / "open").mkdir()
    (base / "open" / "there").write_text("text")
    (base / "open").chmod(0o777)
    (base / "open" / "there").chmod(0o666)
    shutil.copy(ACTS, base / "acts.py")
    shutil.copytree(SANDBOX, base / "grader" / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SANDBOX.parent / "base", base / "grader" / "base", ignore=shutil.ignore_patterns("__pycache__"))
    with socket.create_server(("127.0.0.1", 0), backlog=100) as network, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(base / "socket"))
        local.listen(100)
        (base / "socket").chmod(0o777)
        paths = {
            "secret": str(base / "vault" / "secret"),
            "open_folder": str(base / "open"),
            "port": network.getsockname()[1],
            "unix": str(base / "socket"),
        }
        yield SandboxFixture(base, paths)
    shutil.rmtree(base)


@pytest.fixture
def guest() -> Callable[[str], Any]:
    """Run code beside the guest's modules in a Python of its own; what it prints as JSON comes back."""

    def run(code: str) -> Any:
        done = subprocess.run([sys.executable, "-I", "-c", LOAD + code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
