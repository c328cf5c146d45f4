"""Whether the stub's code comes out of the notebook that learners get, when they hand it in as it came."""

import ast
from collections.abc import Iterator

from grader.base.errors import CourseError, SubmissionError
from grader.course.exercise import Exercise
from grader.course.notebook import notebook_of
from grader.course.submission import module_of


def lost_in_notebook(exercise: Exercise) -> Iterator[str]:
    """Each stub whose code is another one then, or that no notebook can hold, as `file:line: sentence`."""
    if not exercise.notebook:
        return
    try:
        main, others = module_of(notebook_of(exercise), exercise)
    except CourseError as error:
        yield error.sentence
        return
    except SubmissionError:
        main, others = b"", []
    found = {exercise.file: main, **dict(others)}
    for path in exercise.stubs:
        if tree_of(found.get(path.name, b"")) != tree_of(path.read_bytes()):
            yield f"{path}:1: its code is another one when it is taken out of its notebook: change how it is written."


def tree_of(source: bytes) -> str:
    """The code without comments and places; empty for what is no Python."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return ""
