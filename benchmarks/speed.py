"""How long a verdict takes: `python -m benchmarks.speed [ROUNDS]` measures all rows in one interleaved run.

Writes the table into benchmarks/RESULTS.md between its two markers. Medians; run it on a quiet machine.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from grader.base.atomic import write_text
from grader.sandbox import Limits, Sandbox

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
SOLUTION = ROOT / "solutions" / "ex01_early_stopping"
SUITE = ROOT / "exercises" / "ex01_early_stopping" / "suite"
SCENARIO = "import torch\n\n\ndef run(module):\n    return module.f(torch.ones(4))\n"
MODULE = b"import torch\n\n\ndef f(x):\n    return x + 1\n"


def spent(command: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of one command that must succeed."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.perf_counter() - start


def rows(environment: dict[str, str], sandbox: Sandbox) -> dict[str, Callable[[], float]]:
    python = sys.executable
    grader = [python, "-m", "grader"]
    check = [*grader, "check", "ex01", "--submission", str(SOLUTION)]
    pytest = [
        python,
        "-m",
        "pytest",
        "-o",
        "addopts=",
        "-q",
        "-p",
        "benchmarks.inprocess",
        str(SUITE),
        "--submission",
        str(SOLUTION),
    ]
    request = {"source": MODULE, "file": "f.py", "wants": "module", "seed": 0, "function": "run", "cases": [[[], {}]]}
    request["modules"] = [["s", "s.py", SCENARIO]]

    def one_scenario() -> float:
        start = time.perf_counter()
        assert sandbox.run(request, Limits()).ended == "answered"
        return time.perf_counter() - start

    return {
        "a": lambda: spent([python, "-c", "import torch"], environment),
        "b": lambda: spent(pytest, environment),
        "c": lambda: spent([*check, "--no-keep-warm"], environment),
        "d": lambda: spent(check, environment),
        "e": one_scenario,
        "f": lambda: spent([*grader, "--help"], environment),
    }


NAMES = {
    "a": '`python -c "import torch"`',
    "b": "`python -m pytest` of ex01's suite in one process",
    "c": "`grader check ex01`, cold",
    "d": "`grader check ex01`, warm",
    "e": "one scenario in a warm confined child",
    "f": "`grader --help`",
}


def table(times: dict[str, list[float]], torch: str, tier: str) -> str:
    """The results as Markdown, targets beside them."""
    median = {name: statistics.median(values) * 1000 for name, values in times.items()}
    child = 40 if "+cu" in torch else 25
    targets = {"c": median["b"], "d": median["b"] / 12, "e": child, "f": 150.0}
    lines = [
        f"{len(times['a'])} interleaved rounds, medians. torch {torch}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, tier {tier}.",
        "",
        "| | what | median ms | min–max ms | target ms | met |",
        "|---|---|---|---|---|---|",
    ]
    for name, values in times.items():
        target = targets.get(name)
        goal = f"≤ {target:.0f} | {'yes' if median[name] <= target else 'no'}" if target else " | "
        span = f"{min(values) * 1000:.0f}–{max(values) * 1000:.0f}"
        lines.append(f"| {name} | {NAMES[name]} | {median[name]:.0f} | {span} | {goal} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as runtime, Sandbox() as sandbox:
        environment = os.environ | {"XDG_RUNTIME_DIR": runtime, "OMP_NUM_THREADS": "1"}
        measured = rows(environment, sandbox)
        torch, tier = sandbox.description["torch"], sandbox.tier
        times: dict[str, list[float]] = {name: [] for name in measured}
        for name in ("d", "e", "b"):
            measured[name]()  # the first of each pays caches and starts the warm process
        try:
            for number in range(rounds):
                for name, run in measured.items():
                    times[name].append(run())
                print(f"round {number + 1} of {rounds}", file=sys.stderr)
        finally:
            subprocess.run([sys.executable, "-m", "grader", "stop"], env=environment, cwd=ROOT, check=False)
    text = table(times, torch, tier)
    print(text)
    put("speed", text)


def put(name: str, text: str) -> None:
    """Replaces the part of RESULTS.md between `<!-- name -->` and `<!-- /name -->`."""
    old = RESULTS.read_text(encoding="utf-8")
    head, _, rest = old.partition(f"<!-- {name} -->\n")
    _, _, tail = rest.partition(f"<!-- /{name} -->")
    write_text(RESULTS, f"{head}<!-- {name} -->\n{text}<!-- /{name} -->{tail}")


if __name__ == "__main__":
    main()
