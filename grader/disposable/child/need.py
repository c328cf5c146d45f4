"""What a top-level statement binds, uses and changes, and which statements a set of names needs."""

import ast
import symtable
from collections.abc import Iterable
from dataclasses import dataclass, field

CHANGING = frozenset(
    "append extend insert add update setdefault pop remove clear sort reverse seed manual_seed load_state_dict eval to"
    " requires_grad_ register_buffer add_module fill_ zero_ copy_".split()
)  # methods that are called for what they do to the object
FILLING = frozenset("setattr delattr shuffle heapify heappush heappop insort".split())
"""Functions that are called for what they do to their first argument, as those are whose name ends with `_`."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass
class Piece:
    """One statement of a cell with its lines and their places; `why` is the reason if it is left out."""

    cell: int
    statement: ast.stmt
    lines: list[tuple[str, list[int]]]
    binds: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    sets: set[str] = field(default_factory=set)
    at_once: set[str] = field(default_factory=set)
    kept: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        """Asks Python's own symbol table; a statement that it refuses binds nothing."""
        try:
            table = symtable.symtable("\n".join(text for text, _ in self.lines), "cell", "exec")
        except SyntaxError as error:
            self.why = f"not Python outside of a notebook: {error.msg}"
            return
        self.changes = changed(self.statement)
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                self.binds.add(symbol.get_name())
            if symbol.is_referenced():
                self.at_once.add(symbol.get_name())
        self.uses = set(self.at_once)
        todo = table.get_children()
        while todo:
            inner = todo.pop()
            todo += inner.get_children()
            for symbol in inner.get_symbols():
                if symbol.is_declared_global() and symbol.is_assigned():
                    self.sets.add(symbol.get_name())
                if symbol.is_global() and (symbol.is_referenced() or symbol.is_declared_global()):
                    self.uses.add(symbol.get_name())
        if isinstance(self.statement, ast.ImportFrom) and self.statement.names[0].name == "*":
            self.binds.add("*")


def changed(statement: ast.stmt) -> set[str]:
    """Names whose objects a statement changes: `x[0] = 1`, `cfg.a = 1`, `n += 1`, `found.append(1)`."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, DEFINITIONS):
            return set()
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            targets = [node.func]
        elif isinstance(node, ast.Call) and node.args and fills(node.func):
            targets = [node.args[0]]
        for target in targets:
            while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
                target = target.value
            if isinstance(target, ast.Name):
                found.add(target.id)
    return found


def fills(function: ast.expr) -> bool:
    """Whether a function is called for what it does to its first argument: `setattr(Net, ...)`, `init.ones_(w)`."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in FILLING or (name.endswith("_") and not name.endswith("__"))


def bind_globals(pieces: list[Piece]) -> None:
    """Lets the call of a function that sets global names, as `setup()`, bind them."""
    setters: dict[str, set[str]] = {}
    for one in pieces:
        if isinstance(one.statement, DEFINITIONS):
            setters.setdefault(one.statement.name, set()).update(one.sets)
    for one in pieces:
        called = one.statement.value if isinstance(one.statement, ast.Expr) else None
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Name):
            one.binds |= setters.get(called.func.id, set())


def keep_needed(pieces: list[Piece], names: Iterable[str]) -> None:
    """Marks what the names need, directly or not; where none of them is defined, what all definitions need."""
    usable = [one for one in pieces if not one.why]
    bind_globals(usable)
    bound = {name for one in usable if not isinstance(one.statement, IMPORTS) for name in one.binds}
    wanted = set(names) & bound
    if not wanted:
        wanted = {name for one in usable if isinstance(one.statement, DEFINITIONS) for name in one.binds}
        wanted |= {name for one in usable if simple(one.statement) for name in one.binds}
    needed: set[str] = set(wanted)
    objects: set[str] = set()
    going = True
    while going:
        going = False
        for one in usable:
            if not one.kept and (one.binds & needed or one.changes & objects):
                one.kept = going = True
                needed |= one.uses
                if not isinstance(one.statement, IMPORTS):
                    objects |= one.binds
    for one in usable:
        one.kept = one.kept or "*" in one.binds


def simple(statement: ast.stmt) -> bool:
    """An assignment to plain names whose value calls nothing now; a lambda's body is not called now."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = (ast.Name, ast.Tuple, ast.List, ast.Store)
    if not all(isinstance(node, names) for target in targets for node in ast.walk(target)):
        return False
    todo: list[ast.AST] = [statement.value]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Call, ast.Await, ast.Yield)):
            return False
        todo += [] if isinstance(node, ast.Lambda) else list(ast.iter_child_nodes(node))
    return True


def leave_replaced(pieces: list[Piece]) -> None:
    """Leaves out a definition that a later cell makes anew, where nothing in between runs it."""
    for at, one in enumerate(pieces):
        if not one.kept or not isinstance(one.statement, DEFINITIONS):
            continue
        (name,) = {one.statement.name}
        for later in pieces[at + 1 :]:
            if not later.kept:
                continue
            if isinstance(later.statement, DEFINITIONS) and later.statement.name == name:
                one.kept, one.why = False, f"{name}, which cell {later.cell} defines again: the later one counts"
                break
            if name in later.at_once:
                break
