"""Back into the LMS: grades in the files that it gave, feedback under the names that it knows.

`FORMATS` is the only list of the systems: what stands there is an option of `grader report --format`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from grader.report.handback.canvas import Files, canvas
from grader.report.handback.email import email
from grader.report.handback.gradescope import gradescope
from grader.report.handback.handover import Handover
from grader.report.handback.moodle import moodle

FORMATS: dict[str, Callable[[Handover], Files]] = {
    "canvas": canvas, "moodle": moodle, "gradescope": gradescope, "email": email
}  # fmt: skip


def hand_back(hand: Handover, formats: Iterable[str], folder: Path) -> None:
    """Writes the files of these formats into a report's folder."""
    for name in formats:
        for path, content in FORMATS[name](hand):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)
