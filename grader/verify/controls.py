"""Lazy controls: importable submissions made from the stub that do no work, and must therefore earn nothing."""

import ast
import copy

ZEROS = "import torch\nreturn next((torch.zeros_like(a) for a in [{all}] if isinstance(a, torch.Tensor)), 0.0)"
BODIES = {
    "always raises": 'raise ValueError("no")',
    "always raises TypeError": 'raise TypeError("no")',
    "returns None": "return None",
    "returns False": "return False",
    "returns its argument": "return {first}",
    "returns all its arguments": "return ({all})",
    "returns zeros": ZEROS,
    "returns an empty list": "return []",
}


def lazy(stub: str) -> dict[str, str]:
    """The controls of one stub by name: every unwritten function does the same idle thing, given parts stay."""
    tree = ast.parse(stub)
    return {name: ast.unparse(ast.fix_missing_locations(idle(tree, body))) for name, body in BODIES.items()}


def unwritten(function: ast.FunctionDef) -> bool:
    """Whether the learner has to write it: its body raises NotImplementedError."""
    return any(
        isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc)
        for node in ast.walk(function)
    )


def idle(tree: ast.Module, body: str) -> ast.Module:
    lazy_tree = copy.deepcopy(tree)
    for node in ast.walk(lazy_tree):
        if not isinstance(node, ast.FunctionDef) or not unwritten(node):
            continue
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if a.arg != "self"]
        if node.name == "__init__":
            text = "super().__init__()" if not body.startswith("raise") else f"super().__init__()\n{body}"
        else:
            text = body.format(first=names[0] if names else "None", all=", ".join(names) + ("," if names else ""))
        node.body = ast.parse(text).body
    return lazy_tree
