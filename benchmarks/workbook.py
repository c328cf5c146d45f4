"""The waits of the workbook: `python -m benchmarks.workbook [EX...]` times saves, drawings and pages, and weighs them.

Writes the table into benchmarks/RESULTS.md between its two markers (all exercises only). Run it on a quiet machine.
"""

import asyncio
import http.client
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.speed import put
from grader.course.course import Course
from grader.demo.library import find_demos
from grader.demo.studio import Studio
from grader.server import client
from grader.workbook.checking import Checker
from grader.workbook.demos import frames

ROOT = Path(__file__).parent.parent
SAVES, MOVES = 2, 8


async def saves(course: Course, names: list[str]) -> dict[str, list[float]]:
    """Seconds from a save to the full verdict, of each exercise's solution; the first save of each is not counted."""
    checker = Checker(course, pictures=False)
    tasks = [asyncio.create_task(one) for one in (checker.work(), checker.follow())]
    await asyncio.sleep(1)  # until the watch is set up
    times: dict[str, list[float]] = {}
    for name in names:
        exercise = course.exercises[name]
        heard = checker.listen(name)
        source = (ROOT / "solutions" / name / exercise.file).read_bytes()
        for number in range(SAVES + 1):
            start = time.perf_counter()
            exercise.stub.write_bytes(source + b"\n# save %d\n" % number)
            while await heard.get() != "all" or checker.report(name).phase != "done":
                pass
            times.setdefault(name, []).append(time.perf_counter() - start)
        checker.leave(name, heard)
        print(name, *(f"{1000 * one:.0f}" for one in times[name]), file=sys.stderr)
    for task in tasks:
        task.cancel()
    return {name: values[1:] for name, values in times.items()}


async def moves(root: Path) -> list[float]:
    """Seconds of single moves of the sliders, warm, none of them remembered."""
    studio, times = Studio(), []
    for demo in find_demos(root).values():
        await studio.draw(demo, demo.defaults)
        for values in [one for one in frames(demo) if one != demo.defaults][:MOVES]:
            start = time.perf_counter()
            await studio.draw(demo, values)
            times.append(time.perf_counter() - start)
    await studio.close()
    return times


def first_page(root: Path, environment: dict[str, str]) -> tuple[float, float, dict[str, int]]:
    """Seconds until the link is printed and until the first page is there; bytes of each kind of page."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "grader", "open", "--no-browser"]
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://([^/]+)(/\S*)", process.stdout.readline())
    assert found
    up, host = time.perf_counter() - start, found[1]

    def get(path: str, cookie: str = "") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(host)
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        return connection.getresponse()

    try:
        cookie = (get(found[2]).getheader("set-cookie") or "").partition(";")[0]
        get("/", cookie).read()
        page = time.perf_counter() - start - up
        assets = sum(len(get(f"/static/{name}", cookie).read()) for name in ("style.css", "page.js"))
        pages = ["/", "/lesson/overview", "/quiz/r1-early-stopping/1", "/demo/early-stopping"]
        pages += [f"/exercise/{name}" for name in Course.load(root).exercises]
        return up, page, {path: assets + len(get(path, cookie).read()) for path in pages}
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, runtime = Path(folder) / "course", Path(folder) / "run"
        runtime.mkdir()
        os.environ |= {"XDG_RUNTIME_DIR": str(runtime), "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, "-m", "grader", "init", root], check=True, stdout=subprocess.DEVNULL)
        up, page, weights = first_page(root, dict(os.environ))
        course = Course.load(root)
        names = [course.exercise(name).id for name in sys.argv[1:]] or list(course.exercises)
        try:
            client.warm("cpu")
            times = asyncio.run(saves(course, names))
        finally:
            client.stop()
        drawn = asyncio.run(moves(root))
    single = sorted(one for values in times.values() for one in values)
    p95 = single[min(len(single) - 1, int(0.95 * len(single)))]
    slowest = max(times, key=lambda name: statistics.median(times[name]))
    heaviest = max(weights, key=weights.__getitem__)
    rows = [
        ("save to full verdict, warm, median", f"{1000 * statistics.median(single):.0f} ms", ""),
        ("save to full verdict, warm, 95th percentile", f"{1000 * p95:.0f} ms", "≤ 500 ms"),
        (
            f"the slowest exercise, {slowest.partition('_')[0]}",
            f"{1000 * statistics.median(times[slowest]):.0f} ms",
            "",
        ),
        ("a move of a slider, warm, median", f"{1000 * statistics.median(drawn):.0f} ms", "≤ 150 ms"),
        ("a move of a slider, warm, slowest", f"{1000 * max(drawn):.0f} ms", ""),
        ("`grader open` until the link is printed", f"{up:.2f} s", ""),
        ("from there to the first page", f"{page:.2f} s", "≤ 1 s"),
        (f"heaviest page with style and script, {heaviest}", f"{weights[heaviest] / 1000:.0f} kB", "≤ 150 kB"),
    ]
    text = (
        f"## The workbook: `python -m benchmarks.workbook`\n\n{len(times)} exercises, {SAVES} saves each. "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}.\n\n"
        "| what | result | target |\n|---|---|---|\n"
    )
    text += "".join(f"| {what} | {result} | {target} |\n" for what, result, target in rows)
    print(text)
    if not sys.argv[1:]:
        put("workbook", text)


if __name__ == "__main__":
    main()
