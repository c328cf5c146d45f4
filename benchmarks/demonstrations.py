"""Runs the demonstrations of the lessons: each Python block of a lesson, in order, in one namespace.

The ```text block below a Python block is what it prints; an image below it is the Matplotlib `figure` it makes.

    python -m benchmarks.demonstrations             # all lessons: what differs, and the seconds of each
    python -m benchmarks.demonstrations --write r1  # writes outputs and figures of the lessons of that name anew
"""

import contextlib
import functools
import importlib
import io
import json
import math
import os
import re
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LESSONS = ROOT / "exercises" / "lessons"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?(?:\n!\[[^\]]*\]\((\S+?)\)\n)?", re.M | re.S)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass(frozen=True)
class Block:
    """One demonstration: code, the output that the page shows (empty if none), figure, and its first line's number."""

    code: str
    output: str
    figure: str | None
    line: int


def blocks(text: str) -> list[Block]:
    """The demonstrations of a page, in order."""
    return [
        Block(found[1], found[2] or "", found[3], text[: found.start()].count("\n") + 2)
        for found in BLOCK.finditer(text)
    ]


TRAINED = 0.1  # what a training makes of other roundings, in a block that trains


def agree(shown: str, printed: str, apart: float = 0.0) -> bool:
    """Equal, but for one unit in the last digit of a decimal number: other processors round differently.

    `apart` is how far decimal numbers may lie from each other besides.
    """
    if NUMBER.sub("#", shown) != NUMBER.sub("#", printed):
        return False
    return all(close(a, b, apart) for a, b in zip(NUMBER.findall(shown), NUMBER.findall(printed), strict=True))


def close(shown: str, printed: str, apart: float) -> bool:
    if "." not in shown and "e" not in shown:
        return shown == printed
    digits, _, exponent = shown.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return math.isclose(float(shown), float(printed), rel_tol=0, abs_tol=1.01 * unit + apart)


def perform(text: str, folder: str | None) -> dict[str, Any]:
    """What the blocks print, in this process, and the CPU seconds they take; figures go to `folder` if it is given."""
    from matplotlib.figure import Figure

    namespace: dict[str, Any] = {"__name__": "lesson"}
    printed, begin = [], time.process_time()
    for block in blocks(text):
        namespace.pop("figure", None)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile("\n" * (block.line - 1) + block.code, "lesson", "exec"), namespace)  # noqa: S102 our own pages
        printed.append(out.getvalue())
        if block.figure is not None:
            figure = namespace["figure"]
            assert isinstance(figure, Figure)
            if folder is not None:
                figure.savefig(drawn := io.StringIO(), format="svg", metadata={"Date": None})
                path = Path(folder, block.figure)
                path.write_text(re.sub(r"(\.\d\d)\d+", r"\1", drawn.getvalue()), encoding="utf-8")
    return {"printed": printed, "seconds": time.process_time() - begin}


def perform_each(jobs: list[list[Any]]) -> list[dict[str, Any]]:
    """`perform` for page after page, on one thread of the CPU; a block that raises gives {"error": its traceback}."""
    import matplotlib
    import torch

    torch.set_num_threads(1)
    torch.backends.mps.is_available = functools.cache(lambda: False)  # the page shows a CPU's numbers
    importlib.import_module("torch._dynamo")  # an optimizer loads it; loading is not on the clock
    matplotlib.rcParams.update({"svg.hashsalt": "lesson", "svg.fonttype": "none", "font.family": "DejaVu Sans"})
    answers = []
    for text, folder in jobs:
        try:
            answers.append(perform(text, folder))
        except Exception:  # noqa: BLE001 whatever a block raises is reported to its author
            answers.append({"error": traceback.format_exc()})
    return answers


def run(texts: list[str], folder: Path | None = None) -> list[dict[str, Any]]:
    """`perform_each` for the pages' texts in a process that sees no GPU; figures go below `folder` if it is given."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.demonstrations", "--perform"],
        cwd=ROOT, input=json.dumps([[text, folder and str(folder)] for text in texts]), capture_output=True, text=True,
        env=os.environ | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def problems(page: Path, text: str, answer: dict[str, Any]) -> list[str]:
    """One line for each block that raised or printed something else than shown, or whose figure is not there."""
    if "error" in answer:
        return [f"{page.name}: a block raises\n{answer['error']}"]
    found = []
    for block, output in zip(blocks(text), answer["printed"], strict=True):
        if not agree(block.output, output, TRAINED if ".backward()" in block.code else 0.0):
            found.append(f"{page.name}:{block.line}: the page shows\n{block.output}but the block prints\n{output}")
        if block.figure is not None and not (page.parent / block.figure).exists():
            found.append(f"{page.name}:{block.line}: {block.figure} is missing; write it with --write")
    return found


def rewritten(text: str, printed: list[str]) -> str:
    """The page with the printed output below each block, and each **exNN** linked to its exercise if there is one."""
    outputs = iter(printed)

    def renewed(found: re.Match[str]) -> str:
        output = next(outputs)
        shown = f"\n```text\n{output}```\n" if output else ""
        image = found[0][found[0].rindex("\n![") :] if found[3] else ""
        return f"```python\n{found[1]}```\n{shown}{image}"

    def linked(found: re.Match[str]) -> str:
        folder = next(ROOT.glob(f"exercises/{found[1]}_*"), None)
        return f"**[{found[1]}](../{folder.name}/README.md)**" if folder else found[0]

    return re.sub(r"\*\*(ex\d\d)\*\*", linked, BLOCK.sub(renewed, text))


def main(arguments: list[str]) -> int:
    if arguments == ["--perform"]:
        print(json.dumps(perform_each(json.load(sys.stdin))))
        return 0
    names = [word for word in arguments if not word.startswith("--")]
    pages = [page for page in sorted(LESSONS.glob("*.md")) if not names or page.name.partition("_")[0] in names]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    write, wrong = "--write" in arguments, 0
    for page, text, answer in zip(pages, texts, run(texts, LESSONS if write else None), strict=True):
        if write and "error" not in answer:
            text = rewritten(text, answer["printed"])
            page.write_text(text, encoding="utf-8")
        found = problems(page, text, answer)
        wrong += len(found)
        print(f"{page.name:32} {answer.get('seconds', 0):5.2f} s", *found, sep="\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
