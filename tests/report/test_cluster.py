"""A real Dask scheduler and two real workers on loopback; one is killed while it grades."""

import json
import re
import subprocess
import sys
from pathlib import Path

from .conftest import Lay, answers, run
from .test_report import digest

DOCS = Path(__file__).parents[2] / "docs" / "for-instructors.md"
SCRIPT = """
import os, sys
from pathlib import Path
from grader.course.course import Course
from grader.report.run import Options, report
submissions, out, course, scheduler, victim = sys.argv[1:]

def kill_one(done, total):
    if done == 2:
        os.kill(int(victim), 9)

cluster = {"engine": "dask", "scheduler": scheduler, "seed": 3, "measurements": False}
report(Options((Path(submissions),), Path(out), Course.load(Path(course)), **cluster), kill_one)
"""


def scheduler_and_workers(folder: Path) -> tuple[str, list["subprocess.Popen[str]"]]:
    """The scheduler's address, and three processes: the scheduler and two workers."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "text": True}
    command = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    processes = [subprocess.Popen([*command, "--scheduler-file", str(file)], stderr=subprocess.PIPE, **quiet)]
    for line in processes[0].stderr or ():
        found = re.search(r"Scheduler at:\s+(tcp://\S+)", line)
        if found:
            break
    address = found[1] if found else ""
    worker = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
    ]
    for number in (1, 2):
        place = ["--local-directory", str(folder), "--name", f"w{number}"]
        processes.append(subprocess.Popen([*worker, *place], stderr=subprocess.PIPE, **quiet))
    for process in processes[1:]:
        for line in process.stderr or ():
            if "Registered to" in line:
                break
    return address, processes


def test_a_killed_worker_loses_nothing(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A report from a cluster that loses a worker halfway is, byte for byte, a local run's."""
    one = lay(
        "class",
        {f"s{n}/answers/r1-basics.json": answers(sum=["two"] * (n % 2), even=list("abcd"[:n])) for n in range(5)},
    )
    lay("class", {f"s{n}/double.py": f"def double(x):\n    return {n} * x\n" for n in range(5)})
    address, processes = scheduler_and_workers(tmp_path)
    try:
        command = [sys.executable, "-c", SCRIPT, one, tmp_path / "cluster", course, address, processes[1].pid]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr
        assert processes[1].wait(20) == -9 and processes[2].poll() is None
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    local = run(one, "--out", tmp_path / "local", "--course", course, "--seed", 3, "--jobs", 1, "--no-measurements")
    assert local.returncode == 0, local.stderr
    assert digest(tmp_path / "cluster") == digest(tmp_path / "local")


def test_no_scheduler_is_a_sentence(course: Path, tmp_path: Path, lay: Lay) -> None:
    """An address where nobody answers is a usage error."""
    one = lay("one", {"ann/double.py": "x = 1\n"})
    done = run(one, "--out", tmp_path / "r", "--course", course, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2 and "no Dask scheduler answers" in done.stderr and "Traceback" not in done.stderr


def test_the_documented_slurm_cluster(tmp_path: Path) -> None:
    """The Slurm example of the instructors' guide makes a job script that starts one single-threaded Dask worker."""
    block = next(
        text
        for text in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
        if "SLURMCluster" in text
    )
    told = "json.dumps({'jobs': jobs, 'script': self.job_script()})"
    asked = f"SLURMCluster.scale = lambda self, jobs: print({told})\ninput = print\n"
    script = "import json\nfrom dask_jobqueue import SLURMCluster\n" + asked + block
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[0])
    assert told["jobs"] >= 1 and "#SBATCH" in told["script"] and "--mem=" in told["script"] and "-t " in told["script"]
    assert re.search(r"dask_worker tcp://\S+ .*--nthreads 1\b", told["script"])
