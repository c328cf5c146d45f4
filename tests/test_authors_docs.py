"""docs/for-authors.md and docs/suite-recipes.md say what the code does: signatures, sentences, names, recipes."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import grader.suite
from grader.engine.observe import Observe

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "for-authors.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "suite-recipes.md").read_text(), re.DOTALL)
TYPES = {"Digits", "Opaque", "Raised", "answers"}  # kinds of values; and the older name of `exactly`
ABOVE = {"np", "torch"}


def plain(function: object) -> str:
    """A signature without annotations, in double quotes."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    parts = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    text = str(signature.replace(parameters=parts, return_annotation=inspect.Signature.empty))
    return text.replace("'", '"')


@pytest.mark.parametrize("name", sorted(set(grader.suite.__all__) - TYPES))
def test_every_helper_stands_there_with_its_signature(name: str) -> None:
    """The table has each public name of `grader.suite` as one calls it."""
    assert f"`{name}{plain(getattr(grader.suite, name))}`" in PAGE


def test_an_editor_can_show_every_helper() -> None:
    """Each public name and each way to ask has a docstring and types, and the package says that it is typed."""
    ways = [one for name, one in vars(Observe).items() if inspect.isfunction(one) and not name.startswith("_")]
    helpers = [getattr(grader.suite, name) for name in grader.suite.__all__]
    for one in [one for one in helpers if inspect.isfunction(one)] + ways:
        signature = inspect.signature(one)
        assert inspect.getdoc(one) and signature.return_annotation is not signature.empty, one
        untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name != "self"]
        assert not untyped, (one, untyped)
    assert (ROOT / "grader" / "py.typed").is_file()


def test_every_way_to_ask_stands_there() -> None:
    """The table of fixtures has all questions."""
    ways = [name for name, one in vars(Observe).items() if inspect.isfunction(one) and not name.startswith("_")]
    assert len(ways) == 4 and all(f"`observe.{name}(" in PAGE for name in ways)


def test_every_sentence_is_one_that_verify_says() -> None:
    """What stands in the table of sentences stands in the code, too."""
    table = PAGE[PAGE.index("## What `grader verify` says") :].split("What it proves besides")[0]
    said = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    code = "\n".join(path.read_text() for path in (ROOT / "grader").rglob("*.py"))
    code = code.replace('no times", "nowhere"', "stands nowhere in")
    assert len(said) > 12 and not [sentence for sentence in said if sentence not in code]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda text: re.findall(r"def (test_\w+)", text)[0])
def test_recipes_use_what_there_is(recipe: str) -> None:
    """A recipe has a scenario and a scored test with a docstring, and uses no name that a suite does not have."""
    tree = ast.parse(recipe)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    (test,) = [node for name, node in functions.items() if name.startswith("test_")]
    assert ast.get_docstring(test) and test.decorator_list
    assert any(node.args.args[0].arg == "module" for node in functions.values() if node is not test)
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in (*n.args, n.vararg) if a}
    bound |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    builtin = set(dir(__import__("builtins")))
    assert not used - bound - set(functions) - set(grader.suite.__all__) - ABOVE - builtin


def test_there_are_ten_recipes() -> None:
    """Ten, as the page says."""
    assert len(RECIPES) == 10
