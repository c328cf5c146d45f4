"""Who may import whom: floors that point downward, and a light start."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "grader"
FLOORS = {
    "errors": 0, "isolation": 0, "atomic": 0, "chance": 0, "placeholder": 0, "scenario": 0, "verdict": 1, "digits": 1,
    "regular": 1, "record": 2, "progress": 2, "course": 2, "sandbox": 2, "disposable": 2, "outcomes": 3, "paste": 3,
    "device": 3, "submission": 3, "explanation": 3, "resemblance": 3, "quiz": 3, "difference": 4, "observe": 4,
    "render": 4, "suite": 5, "subject": 5, "finding": 6, "session": 6, "forbid": 6, "examiner": 7, "grade": 8,
    "comparison": 8, "warm": 9, "verify": 9, "report": 9, "commands": 10, "cli": 11, "__main__": 12,
}  # fmt: skip
FAR_SIDE = {
    "zygote",
    "examinee",
    "limits",
    "wire",
    "kit",
    "confine",
    "landlock",
    "seccomp",
    "kernel",
    "readable",
    "pages",
}
CLICK = {"cli", "commands"}


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if "_course" not in p.parts and "templates" not in p.parts]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of every absolute import in a file, those inside functions too."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "grader" else [node.module]
            )
            found += [(node.lineno, name) for name in names]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    """A module imports from its own room or from a lower floor only."""
    mine = room(path)
    if mine == "__init__":
        return
    for line, name in imports(path):
        if name.startswith("grader."):
            other = name.split(".")[1]
            assert other == mine or FLOORS[other] < FLOORS[mine], f"{path}:{line} imports {name} from a higher floor"


def test_the_far_side_knows_nothing_of_the_grader() -> None:
    """What runs in the zygote and the examinee imports nothing of `grader` but its neighbors."""
    for name in FAR_SIDE:
        for line, imported in imports(PACKAGE / "sandbox" / f"{name}.py"):
            assert not imported.startswith("grader"), f"sandbox/{name}.py:{line} imports {imported}"


def test_only_the_command_line_knows_click() -> None:
    """click is imported by the commands alone, so that everything else can be called without a terminal."""
    for path in modules():
        if any(name.partition(".")[0] == "click" for _, name in imports(path)):
            assert room(path) in CLICK or path.parent.name == "quiz", f"{path} imports click"


def test_trusted_code_neither_evaluates_nor_unpickles() -> None:
    """No module outside the examinee calls eval or exec, and none loads a pickle."""
    for path in modules():
        text = path.read_text(encoding="utf-8")
        names = {
            c.func.id for c in ast.walk(ast.parse(text)) if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)
        }
        assert path.name == "examinee.py" or not names & {"eval", "exec"}, f"{path} evaluates text"
        assert not {name for _, name in imports(path)} & {"pickle", "cloudpickle", "marshal", "shelve", "dill"}, path


@pytest.mark.parametrize("command", [["--help"], ["list"], ["list", "--json"]])
def test_light_commands_stay_light(command: list[str]) -> None:
    """`grader --help` and `grader list` import none of torch, pydantic, rich, matplotlib, pytest, numpy."""
    heavy = "torch pydantic rich matplotlib pytest numpy".split()
    code = (
        "import sys\nfrom grader.cli import cli\n"
        f"try:\n    cli.main({command!r}, standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_no_module_outgrows_its_room() -> None:
    """No module of the package is longer than 300 lines."""
    for path in modules():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path
