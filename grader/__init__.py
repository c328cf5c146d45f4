"""Auto-graded PyTorch exercises."""

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader` in a notebook: `%%check ex03` on a cell, `%hint`, `%compare`, `%define`, `%quiz`, `%demo`."""
    from grader.notebook.magics import register

    register(shell)
