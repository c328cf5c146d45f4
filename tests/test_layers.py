"""Who may import whom: floors that point downward, and a light start."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "grader"
# From the ground up; a room may import from its own floor's room and from lower floors.
FLOORS = [
    ("base",),
    ("sandbox.guest",),
    ("sandbox.host", "disposable", "charts"),
    ("sandbox",),
    ("course",),
    ("engine",),
    ("suite",),
    ("quiz.format",),
    ("quiz.score",),
    ("quiz.take", "quiz.analysis", "quiz.exchange"),
    ("quiz.lint",),
    ("verify", "server", "demo", "release", "assignment", "report.gradebook"),
    ("report.intake", "report.grading", "report.page"),
    ("report.handback",),
    ("report",),
    ("workbook", "autograder", "assistant"),
    ("commands",),
    ("cli",),
    ("notebook",),
    ("__main__",),
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
DIVIDED = {"sandbox", "quiz", "report"}  # whose folders are rooms of their own
CLICK = {"cli", "commands", "notebook"}


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if "_course" not in p.parts and "templates" not in p.parts]


def room(parts: tuple[str, ...]) -> str:
    """The room of a module, by the parts of its name below `grader`."""
    inner = parts[0] in DIVIDED and len(parts) > 1 and (PACKAGE / parts[0] / parts[1]).is_dir()
    return ".".join(parts[:2]) if inner else parts[0]


def room_of(path: Path) -> str:
    return room(path.relative_to(PACKAGE).with_suffix("").parts)


def imports(path: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of every absolute import in a file, those inside functions too."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            folder = ROOT / node.module.replace(".", "/")
            for alias in node.names:
                inner = (folder / alias.name).is_dir() or (folder / f"{alias.name}.py").exists()
                found.append((node.lineno, f"{node.module}.{alias.name}" if inner else node.module))
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    """A module imports from its own room or from a lower floor only."""
    mine = room_of(path)
    if mine == "__init__":
        return
    for line, name in imports(path):
        if name.startswith("grader."):
            other = room(tuple(name.split(".")[1:]))
            assert other == mine or FLOOR[other] < FLOOR[mine], f"{path}:{line} imports {name} from a higher floor"


def test_what_runs_untrusted_imports_nothing_of_the_grader() -> None:
    """No module of `sandbox/guest` imports `grader`: it is loaded without it, and may learn nothing of it."""
    guests = sorted((PACKAGE / "sandbox" / "guest").rglob("*.py"))
    assert len(guests) > 10
    for path in guests:
        assert not [name for _, name in imports(path) if name.partition(".")[0] == "grader"], path


def test_only_the_command_line_knows_click() -> None:
    """click is imported by the commands alone, so that everything else can be called without a terminal."""
    for path in modules():
        if any(name.partition(".")[0] == "click" for _, name in imports(path)):
            assert room_of(path) in CLICK, f"{path} imports click"


def test_trusted_code_neither_evaluates_nor_unpickles() -> None:
    """No module outside the examinee calls eval or exec or loads marshalled code, and none loads a pickle."""
    for path in modules():
        text = path.read_text(encoding="utf-8")
        names = {
            c.func.id for c in ast.walk(ast.parse(text)) if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)
        }
        assert path.name in ("examinee.py", "loader.py") or not names & {"eval", "exec"}, f"{path} evaluates text"
        assert not {name for _, name in imports(path)} & {"pickle", "cloudpickle", "shelve", "dill"}, path
        assert path.name == "examinee.py" or not re.search(r"marshal\.loads?|from marshal", text), path


@pytest.mark.parametrize("command", [["--help"], ["list"], ["list", "--json"]])
def test_light_commands_stay_light(command: list[str]) -> None:
    """`grader --help` and `grader list` import none of torch, pydantic, matplotlib, pytest, numpy."""
    heavy = "torch pydantic matplotlib pytest numpy".split()
    code = (
        "import sys\nfrom grader.cli import cli\n"
        f"try:\n    cli.main({command!r}, standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize("words", ["grader ch", "grader check ex0", "grader check ex03 --test t", "grader quiz take r"])
def test_the_tab_key_stays_light(words: str) -> None:
    """Finishing a name imports none of torch, pydantic, matplotlib, pytest, numpy, and prints something."""
    heavy = "torch pydantic matplotlib pytest numpy".split()
    code = (
        "import atexit, sys\nfrom grader.cli import cli\n"
        f"atexit.register(lambda: print('LOADED', [m for m in {heavy!r} if m in sys.modules]))\n"
        "cli.main(prog_name='grader')"
    )
    asked = {"_GRADER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=ROOT, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "LOADED []" and len(done.stdout.splitlines()) > 1


def test_no_module_outgrows_its_room() -> None:
    """No module of the package is longer than 300 lines."""
    for path in modules():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path
