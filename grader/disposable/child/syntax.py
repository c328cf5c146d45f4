"""Task `syntax`: is this Python? The answer is None or {"line", "what"}."""

import ast
import warnings
from typing import IO, Any


def answer(options: dict[str, Any], stream: IO[bytes]) -> tuple[Any, bytes]:
    problem: dict[str, Any] | None = None
    warnings.simplefilter("ignore")
    try:
        ast.parse(stream.read())
    except SyntaxError as error:
        problem = {"line": error.lineno or 0, "what": error.msg}
    except ValueError as error:
        problem = {"line": 0, "what": str(error)}
    return problem, b""
