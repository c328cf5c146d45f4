"""Task `syntax`: is this Python? The answer is None or {"line", "what"}."""

import ast
import warnings
from typing import IO, Any, TypedDict

from .options import Options


class Problem(TypedDict):
    line: int
    what: str


def answer(options: Options, stream: IO[bytes]) -> tuple[Any, bytes]:
    problem: Problem | None = None
    warnings.simplefilter("ignore")
    try:
        ast.parse(stream.read())
    except SyntaxError as error:
        problem = {"line": error.lineno or 0, "what": error.msg}
    except ValueError as error:
        problem = {"line": 0, "what": str(error)}
    return problem, b""
