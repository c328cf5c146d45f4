"""The process that draws, `grader.demo.worker`: a JSON line in, a JSON line out; torch and matplotlib live here."""

import base64
import io
import json
import sys
import time
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

from grader.demo import Drawing, Failure, Shown, Value
from grader.demo.library import load

PALETTES: dict[bool, dict[Any, Any]] = {
    False: {"figure.facecolor": "#ffffff", "axes.facecolor": "#ffffff"},
    True: {"figure.facecolor": "#1b232b", "axes.facecolor": "#1b232b", "savefig.facecolor": "#1b232b"},
}
LOOK: dict[Any, Any] = {
    "font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "demo",
    "path.simplify_threshold": 0.4, "legend.frameon": False,
}  # fmt: skip


@cache
def module(path: str) -> Any:
    return load(Path(path))


def drawn(path: str, values: dict[str, Value], dark: bool) -> Drawing:
    """One figure as SVG with its numbers and table."""
    import matplotlib
    from matplotlib import style

    start = time.perf_counter()
    with style.context("dark_background" if dark else "default"), matplotlib.rc_context(LOOK | PALETTES[dark]):
        shown = module(path).draw(**values)
        shown = shown if isinstance(shown, Shown) else Shown(shown)
        data = io.BytesIO()
        if shown.figure is not None:
            shown.figure.savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    return {
        "svg": base64.b64encode(data.getvalue()).decode(),
        "numbers": dict(shown.numbers),
        "table": [[str(cell) for cell in row] for row in shown.table],
        "ms": round(1000 * (time.perf_counter() - start), 1),
    }


def main() -> None:
    out = sys.stdout
    with redirect_stdout(sys.stderr):  # what a demonstration prints is no answer
        for line in sys.stdin:
            asked = json.loads(line)
            answer: Drawing | Failure
            try:
                answer = drawn(asked["path"], asked["values"], asked["dark"])
            except Exception as error:  # noqa: BLE001  whatever an author's own file raises
                answer = {"error": f"{type(error).__name__}: {error}"}
            out.write(json.dumps(answer) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
