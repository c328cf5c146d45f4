"""How long a proof takes: `python -m benchmarks.proofs` runs `grader verify` on a scaffold and on the attention course.

Each in a fresh copy that remembers nothing. CPU seconds of all processes come first, because they stay much the same on
a busy machine; wall seconds are what an author waits. The CPU seconds are a control group's (root on Linux with
cgroup v1), for a sandbox's processes are counted by nobody else; without one the column has a dash.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
GRADER = (sys.executable, "-m", "grader")
EDITING = 10.0  # seconds in which nobody saves
GROUPS = Path("/sys/fs/cgroup/cpuacct")
IN_GROUP = 'echo $$ > "$0/cgroup.procs"; exec "$@"'


def spent(*words: str, cwd: Path, environment: dict[str, str]) -> tuple[str, float]:
    """(CPU seconds or a dash, wall seconds) of a command that must succeed, with all its processes."""
    group, argv = GROUPS / f"grader-{os.getpid()}", [*GRADER, *words]
    counts = os.access(GROUPS, os.W_OK)
    if counts:
        group.mkdir(exist_ok=True)
        argv = ["sh", "-c", IN_GROUP, str(group), *argv]
        before = int((group / "cpuacct.usage").read_text())
    start = time.perf_counter()
    subprocess.run(argv, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    if not counts:
        return "-", wall
    return f"{(int((group / 'cpuacct.usage').read_text()) - before) / 1e9:.1f}", wall


def watched(cwd: Path, environment: dict[str, str]) -> float:
    """Wall seconds from a save of one known mistake, some time after the first proof, to what `--watch` says of it."""
    (path, *_) = sorted(cwd.glob("solutions/ex01*/mistakes/*.py"))
    argv = [sys.executable, "-u", "-m", "grader", "verify", "ex01", "--watch"]
    with subprocess.Popen(argv, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        start = 0.0
        for line in process.stdout:
            if "waiting for a save" in line:
                time.sleep(EDITING)
                start = time.perf_counter()
                path.write_text(path.read_text(encoding="utf-8") + "# saved again\n", encoding="utf-8")
            if start and "sound (" in line:
                wall = time.perf_counter() - start
                process.terminate()
                return wall
    raise SystemExit("the watch ended before it had said anything of the save")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proofs", description=__doc__.partition(":")[0])
    parser.add_argument("--only", choices=("scaffold", "attention"), help="one of the two")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory() as work:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "GRADER_CACHE": f"{work}/cache"}
        places = {"scaffold": Path(work) / "scaffold", "attention": Path(work) / "attention-course"}
        subprocess.run(
            [*GRADER, "new", "--course", places["scaffold"]], env=environment, check=True, capture_output=True
        )
        shutil.copytree(ROOT / "examples" / "attention-course", places["attention"])
        rows = (
            ("scaffold", ("verify", "ex01", "--quick"), ""),
            ("scaffold", ("verify", "ex01"), "≤ 4 s"),
            ("scaffold", ("verify", "ex01"), "nothing has changed"),
            ("attention", ("verify", "--all", "--seeds", "2"), "as in the tests: ≤ 60 s"),
        )
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before.\n")
        print("| course | command | CPU s | wall s | target, on a quiet machine |\n|---|---|---|---|---|", flush=True)
        for name, words, target in rows:
            if only in (None, name):
                cpu, wall = spent(*words, cwd=places[name], environment=environment)
                print(f"| {name} | `grader {' '.join(words)}` | {cpu} | {wall:.1f} | {target} |", flush=True)
        if only in (None, "scaffold"):
            wall = watched(places["scaffold"], environment)
            print(
                f"| scaffold | `grader verify ex01 --watch`, one mistake saved | - | {wall:.1f} | ≤ 3 s |", flush=True
            )


if __name__ == "__main__":
    main()
