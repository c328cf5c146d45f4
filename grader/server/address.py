"""Where a warm server listens: a private folder, and a name that changes with whatever could change a verdict."""

import contextlib
import hashlib
import importlib.util
import os
import stat
import sys
import tempfile
from pathlib import Path

from grader.base.isolation import import_path

PACKAGE = Path(__file__).parent.parent
ELSEWHERE = {"_course", "quiz", "report", "commands", "verify", "workbook", "demo"}  # code that no warm server runs


class NoPlace(OSError):
    """No folder here is ours alone: then there is no warm server, which costs time and nothing else."""


def folder() -> Path:
    """The runtime folder, ours and closed to others; NoPlace if there is none."""
    if sys.platform == "win32":  # a user's own profile is closed to others
        path = Path(os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")) / "gradeloop" / "run"
        with contextlib.suppress(OSError):
            path.mkdir(parents=True, exist_ok=True)
            return path
        raise NoPlace("no runtime folder that is private")
    name = f"grader-{os.getuid()}"
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), os.path.expanduser("~/.cache")):
        if base and os.access(base, os.W_OK):
            path = Path(base) / name
            try:
                path.mkdir(mode=0o700, exist_ok=True)
                info = path.lstat()
            except OSError:
                continue
            if stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid() and not info.st_mode & 0o077:
                return path
    raise NoPlace("no runtime folder that is private")


def owner() -> str:
    """This interpreter with this installation of the package, in 4 hex digits."""
    return hashlib.sha256(f"{sys.executable}|{PACKAGE}".encode()).hexdigest()[:4]


def key(device: str) -> str:
    """Interpreter, torch, installed packages, this package's own code, the tier asked for and the device, in 11 digits.

    A package that was installed or removed shows in the time of its folder.
    """
    digest = hashlib.sha256(f"{sys.executable}|{sys.version}|{device}|{os.environ.get('GRADER_TIER')}".encode())
    torch = importlib.util.find_spec("torch")
    if torch is not None and torch.origin:
        stamp = Path(torch.origin).with_name("version.py")
        digest.update(f"{stamp}|{stamp.stat().st_mtime_ns if stamp.exists() else 0}".encode())
    for place in import_path():
        if place.endswith(("site-packages", "dist-packages")) and os.path.isdir(place):
            digest.update(f"{place}|{os.stat(place).st_mtime_ns}".encode())
    for source in sorted(PACKAGE.rglob("*.py")):
        if not ELSEWHERE & set(source.relative_to(PACKAGE).parts):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:11]  # with its folder a socket's name has 108 bytes at most


def address(device: str) -> Path:
    """The path of the server for this device and this very code: a socket, and beside it its key, log and process."""
    return folder() / f"{owner()}-{key(device)}.sock"
