"""The part of a suite that learners get: its tests marked `@public`, what these use, and not a line more.

Read from the syntax tree and never executed. A helper module comes along with the names that are used of it. Comments
stay behind, because an author may have written them for other authors.
"""

import ast
import io
import tokenize
from dataclasses import dataclass, field

from grader.base.errors import CourseError
from grader.course.exercise import Exercise
from grader.engine.scenario import Source, names_used

HEADER = '"""Public tests of {key}: practice. The instructor\'s report runs the whole suite, and decides."""\n\n'
ABSENT = ("reference",)


@dataclass
class Selection:
    """What is taken of one file: the names asked for, and its statements that they need."""

    source: Source
    names: set[str] = field(default_factory=set)

    @property
    def statements(self) -> list[ast.stmt]:
        """In the file's order, with the fixtures that its functions name as arguments."""
        names = set(self.names)
        while True:
            found = self.source.closure(names)
            asked = {name for one in found for name in arguments(one) if self.is_fixture(name)}
            if asked <= names:
                return found
            names |= asked

    def is_fixture(self, name: str) -> bool:
        return any(
            last_name(mark) == "fixture"
            for one in self.source.bound.get(name, ())
            for mark in getattr(one, "decorator_list", ())
        )


@dataclass(frozen=True)
class PublicTests:
    """The files to hand out by name, and how many of the suite's tests are public."""

    files: dict[str, str]
    count: int
    total: int


def public_tests(exercise: Exercise) -> PublicTests:
    """The public part of an exercise's suite. CourseError for a public test that needs what a release does not hold."""
    sources = {path.stem: Source(path) for path in sorted(exercise.suite.glob("*.py"))}
    taken: dict[str, Selection] = {}
    count = total = 0
    for stem, source in sources.items():
        tests = tests_of(source) if stem.startswith("test_") else []
        total += len(tests)
        chosen = [test for test in tests if any(last_name(mark) == "public" for mark in test.decorator_list)]
        count += len(chosen)
        for test in chosen:
            if asked := sorted(set(arguments(test)) & set(ABSENT)):
                raise CourseError(
                    f"{test.name} is public and asks the {asked[0]}, but a release holds no solution",
                    f"{source.path}:{test.lineno}", "take @public away, or let the test compute what it expects",
                )  # fmt: skip
        if chosen:
            taken[stem] = Selection(source, {test.name for test in chosen})
    todo = list(taken)
    while todo:
        for stem, names in neighbors(taken[todo.pop()], sources).items():
            known = taken.setdefault(stem, Selection(sources[stem]))
            if not names <= known.names:
                known.names |= names
                todo.append(stem)
    files = {f"{stem}.py": HEADER.format(key=exercise.key) + text_of(taken[stem]) for stem in sorted(taken)}
    return PublicTests(files, count, total)


def tests_of(source: Source) -> list[ast.FunctionDef]:
    body = source.tree.body
    return [one for one in body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")]


def last_name(mark: ast.expr) -> str:
    """The last word of a decorator: `public` for `@public`, `@suite.public` and `@pytest.mark.public`."""
    node = mark.func if isinstance(mark, ast.Call) else mark
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def arguments(statement: ast.stmt) -> list[str]:
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    return [one.arg for one in (*statement.args.posonlyargs, *statement.args.args, *statement.args.kwonlyargs)]


def neighbors(selection: Selection, sources: dict[str, Source]) -> dict[str, set[str]]:
    """The names that a selection uses of other files of the suite, by file."""
    found: dict[str, set[str]] = {}
    statements = selection.statements
    used = set[str]().union(*map(names_used, statements))
    for one in statements:
        if isinstance(one, ast.ImportFrom) and one.module in sources and not one.level:
            names = {alias.name for alias in one.names if (alias.asname or alias.name) in used}
            everything = any(alias.name == "*" for alias in one.names)
            found.setdefault(one.module, set()).update(sources[one.module].bound if everything else names)
        elif isinstance(one, ast.Import):
            for alias in one.names:
                if alias.name in sources:
                    found.setdefault(alias.name, set()).update(attributes(statements, alias.asname or alias.name))
    return found


def attributes(statements: list[ast.stmt], module: str) -> set[str]:
    """What is read of a module that was imported as a whole."""
    nodes = (node for one in statements for node in ast.walk(one) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == module}


def text_of(selection: Selection) -> str:
    """The statements as their author wrote them, imports cut down to the names that are used."""
    statements = selection.statements
    used = set[str]().union(*(names_used(one) for one in statements), selection.names)
    lines = without_comments(selection.source.text)
    parts: list[str] = []
    before = ""
    for one in statements:
        if isinstance(one, (ast.Import, ast.ImportFrom)):
            text = imported(one, used)
        else:
            first = min([one.lineno, *(mark.lineno for mark in getattr(one, "decorator_list", ()))])
            text = "\n".join(line for line in lines[first - 1 : one.end_lineno] if line is not None)
        defines = isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        kind = "definition" if defines else "import" if isinstance(one, (ast.Import, ast.ImportFrom)) else "value"
        if text:
            gap = "\n\n" if "definition" in (kind, before) else "\n" if kind != before else ""
            parts.append((gap if parts else "") + text)
            before = kind
    return "\n".join(parts) + "\n"


def without_comments(text: str) -> list[str | None]:
    """The lines of a module, None for one that held nothing but a comment."""
    lines: list[str | None] = [*text.split("\n")]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = token.line[:column].rstrip() or None
    return lines


def imported(statement: ast.Import | ast.ImportFrom, used: set[str]) -> str:
    """The import with the names that are used; "" if it has none."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return ast.unparse(statement)
    names = [one for one in statement.names if one.name == "*" or (one.asname or one.name).partition(".")[0] in used]
    if not names:
        return ""
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(names))
    return ast.unparse(ast.ImportFrom(statement.module, names, statement.level))
