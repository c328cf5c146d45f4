"""docs/first-course.md is a session that really runs: from an empty folder to a graded class."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "first-course.md"
FENCE = re.compile(r"^```(\w*)$")


def blocks() -> Iterator[tuple[str, str, str]]:
    """(language, file named in the sentence above, text) of each code block."""
    kind, file, text = "", "", list[str]()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        fence = FENCE.match(line)
        if fence and not kind:
            kind, text = fence[1], []
        elif fence:
            yield kind, file, "\n".join(text) + "\n"
            kind, file = "", ""
        elif kind:
            text.append(line)
        elif paths := re.findall(r"`([\w./]+/[\w./]+)`", line):
            file = paths[-1]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block and what it is said to print."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def pattern(output: str) -> str:
    """What is printed, as a regular expression: `…` alone is any lines, in a line any characters."""
    lines = [r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
             for line in output.splitlines()]  # fmt: skip
    return "".join(lines)


@pytest.mark.timeout(600)
def test_the_session_runs_as_it_is_printed(tmp_path: Path) -> None:
    """Every file is written and every command run where the page says so, and each prints what the page shows."""
    here, ran = tmp_path, 0
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": tools, "GRADER_TRUSTED": "", "XDG_STATE_HOME": str(tmp_path / ".state")}
    for kind, file, text in blocks():
        if kind != "console":
            assert (here / file).parent.is_dir(), file
            (here / file).write_text(text, encoding="utf-8")
            continue
        for command, output in commands(text):
            if command.startswith("cd "):
                here /= command.removeprefix("cd ")
                continue
            done = subprocess.run(["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True)
            assert re.fullmatch(pattern(output), done.stdout + done.stderr), f"{command}\n{done.stdout}{done.stderr}"
            ran += 1
    assert ran >= 10, "the page has lost its commands"
