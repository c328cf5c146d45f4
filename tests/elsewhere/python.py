"""A Python in which this package believes that it runs on macOS or Windows."""

import json
import os
import shutil
import site
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STAND_INS = {
    "darwin": {"grader.sandbox.host.memory": "memory.py"},
    "win32": {"grader.sandbox.host.job_object": "job_object.py"},
}


def make(system: str, folder: Path) -> Path:
    """An environment of this interpreter with all its packages, stripped; its Python."""
    packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    real = Path(os.path.realpath(sys.executable))
    (folder / "pyvenv.cfg").write_text(f"home = {real.parent}\ninclude-system-site-packages = false\n")
    python = folder / "bin" / "python"
    python.symlink_to(real)
    (packages / "__pycache__").mkdir()  # later it would look like a package that was installed
    for file in (HERE / "strip").glob("*.py"):
        shutil.copy(file, packages)
    (packages / "elsewhere.pth").write_text("\n".join([str(ROOT), *site.getsitepackages()]) + "\n")
    absent = json.loads((HERE / "absent.json").read_text(encoding="utf-8"))[system]
    config = {"system": system, "ours": str(ROOT / "grader"), "absent": absent, "stand_ins": STAND_INS[system]}
    (packages / "elsewhere.json").write_text(json.dumps(config))
    return python
