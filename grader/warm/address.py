"""Where a warm server listens: a private folder, and a name that changes with whatever could change a verdict."""

import hashlib
import importlib.util
import os
import stat
import sys
import tempfile
from pathlib import Path

from grader.errors import GraderError

PACKAGE = Path(__file__).parent.parent
ELSEWHERE = {"_course", "quiz", "report", "commands", "verify"}  # code that no warm server runs


def folder() -> Path:
    """The runtime folder, of mode 0700 and ours; GraderError if somebody else holds the name."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(base if base and os.access(base, os.W_OK) else tempfile.gettempdir()) / f"grader-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    info = path.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid() or stat.S_IMODE(info.st_mode) != 0o700:
        raise GraderError("the runtime folder is not private", str(path), "remove it, or use --no-keep-warm")
    return path


def key(device: str) -> str:
    """Interpreter, torch, this package's own code, the tier asked for and the device, in 16 hex digits."""
    digest = hashlib.sha256(f"{sys.executable}|{sys.version}|{device}|{os.environ.get('GRADER_TIER')}".encode())
    torch = importlib.util.find_spec("torch")
    if torch is not None and torch.origin:
        stamp = Path(torch.origin).with_name("version.py")
        digest.update(f"{stamp}|{stamp.stat().st_mtime_ns if stamp.exists() else 0}".encode())
    for source in sorted(PACKAGE.rglob("*.py")):
        if not ELSEWHERE & set(source.relative_to(PACKAGE).parts):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def address(device: str) -> Path:
    """The socket of the server for this device and this very code."""
    return folder() / f"{key(device)}.sock"
