"""What Python's standard library lacks on macOS and on Windows, read out of typeshed's platform checks.

`python tests/elsewhere/absent.py` writes `absent.json`: per system the names that Linux has in a module and the system
lacks, and the modules that it lacks as a whole. typeshed comes with mypy.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("absent.json")
SYSTEMS = ("darwin", "win32")
PARTS = ("os", "signal", "select", "socket", "time", "asyncio", "errno")
VERSION = (3, 11)
Names = dict[str, Any]


def stubs() -> Path:
    """typeshed's folder of the standard library."""
    import mypy

    return Path(mypy.__file__).parent / "typeshed" / "stdlib"


def holds(test: ast.expr, system: str) -> bool:
    """A condition of typeshed under a system: comparisons of `sys.platform` and `sys.version_info`, and, or, not."""
    if isinstance(test, ast.BoolOp):
        parts = [holds(part, system) for part in test.values]
        return all(parts) if isinstance(test.op, ast.And) else any(parts)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return not holds(test.operand, system)
    if isinstance(test, ast.Compare):
        words = {"sys.platform": repr(system), "sys.version_info": repr(VERSION)}
        text = ast.unparse(test)
        for name, value in words.items():
            text = text.replace(name, value)
        left, right = (ast.literal_eval(side) for side in text.split(f" {operator_of(test)} "))
        return bool(COMPARE[operator_of(test)](left, right))
    return True  # TYPE_CHECKING


COMPARE = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
}


def operator_of(test: ast.Compare) -> str:
    kinds = {ast.Eq: "==", ast.NotEq: "!=", ast.GtE: ">=", ast.Lt: "<"}
    return kinds[type(test.ops[0])]


def statements(body: list[ast.stmt], system: str) -> Iterator[ast.stmt]:
    """The statements that count on a system."""
    for node in body:
        if isinstance(node, ast.If):
            yield from statements(node.body if holds(node.test, system) else node.orelse, system)
        else:
            yield node


def names(path: Path, system: str) -> set[str]:
    """What a stub defines or passes on for a system."""
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8")).body, system):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            found |= {alias.asname for alias in node.names if alias.asname == alias.name}
    return found


def offers(path: Path, system: str) -> bool:
    """Whether a stub has any name of its own for a system."""
    kept = statements(ast.parse(path.read_text(encoding="utf-8")).body, system)
    named = [node.target for node in kept if isinstance(node, ast.AnnAssign)]
    public = any(isinstance(name, ast.Name) and not name.id.startswith("_") for name in named)
    return public or any(
        isinstance(node, ast.FunctionDef | ast.ClassDef)
        for node in statements(ast.parse(path.read_text(encoding="utf-8")).body, system)
    )


def absent(system: str) -> Names:
    """The names that a system lacks, by module, and the modules that it lacks."""
    root = stubs()
    told: Names = {"names": {}, "modules": []}
    for part in PARTS:
        path = root / f"{part}.pyi" if (root / f"{part}.pyi").exists() else root / part / "__init__.pyi"
        public = names(path, "linux") - names(path, system)
        if public:
            told["names"][part] = sorted(name for name in public if not name.startswith("_"))
    for path in sorted(root.glob("*.pyi")):
        if offers(path, "linux") and not offers(path, system):
            told["modules"].append(path.stem)
    return told


def text() -> str:
    """The whole file."""
    return json.dumps({system: absent(system) for system in SYSTEMS}, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
