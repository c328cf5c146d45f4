"""A question as one line of Python that a learner can paste behind `from <file> import *` and `import torch`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.engine.difference import dtype_name
from grader.engine.first_use import first_use
from grader.engine.plain_call import call

LONGEST = 500
LIMITS: tuple[tuple[int, int | None], ...] = ((16, None), (16, 4), (6, 4), (3, 4))  # (numbers in full, their digits)
SEED = "torch.manual_seed(0)"
DRAWN, ROUNDED = "large inputs are drawn anew", "numbers are rounded"


@dataclass
class Writer:
    """Values as Python; arrays and lists of more than `most` numbers are drawn anew, in the same form.

    With `digits` floats are rounded. `notes` tells what of this was done.
    """

    most: int = LIMITS[0][0]
    digits: int | None = None
    notes: set[str] = field(default_factory=set)

    def literal(self, value: Any) -> str:
        if isinstance(value, np.ndarray):
            return self.array(value)
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float):
            return self.float(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.literal(k)}: {self.literal(v)}" for k, v in value.items()) + "}"
        if isinstance(value, (list, tuple)) and len(value) > self.most and (drawn := self.drawn_list(value)):
            return drawn
        if isinstance(value, tuple):
            return "(" + ", ".join(map(self.literal, value)) + ("," if len(value) == 1 else "") + ")"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.literal, value)) + "]"
        if isinstance(value, bytes) and len(value) > 40:
            self.notes.add(DRAWN)
            return f"bytes({len(value)})"
        return repr(value)

    def float(self, value: Any) -> str:
        """The shortest digits that mean the same number of its precision, or as many as are allowed."""
        text = str(value)
        if value != value or text in ("inf", "-inf"):
            return f'float("{text}")'
        if self.digits is not None and len(text) > len(short := f"{float(value):.{self.digits}g}"):
            if float(short) != float(value):
                self.notes.add(ROUNDED)
            text = short if re.search(r"[.e]", short) else f"{short}.0"
        return text

    def drawn_list(self, value: Sequence[Any]) -> str:
        """A long list of numbers as one that is drawn; empty for any other."""
        if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in value):
            return ""
        array = np.asarray(value)
        if array.dtype.kind not in "if":
            return ""
        drawn = f"{self.array(array.astype('float32') if array.dtype.kind == 'f' else array)}.tolist()"
        return drawn if isinstance(value, list) else f"tuple({drawn})"

    def array(self, value: np.ndarray) -> str:
        kind, shape = value.dtype.kind, tuple(value.shape)
        name = dtype_name(value)
        dtype = "" if name in ("float32", "int64", "bool") else f", dtype=torch.{name}"
        if value.ndim == 2 and 1 < value.shape[0] == value.shape[1] and np.array_equal(value, np.eye(len(value))):
            return f"torch.eye({len(value)}{dtype})"
        if value.size == 0 and value.ndim > 1:
            return f"torch.zeros({shape}, dtype=torch.{name})"
        if value.size <= self.most:
            return f"torch.tensor({nested([self.number(x) for x in value.ravel()], shape)}{dtype})"
        low, high = value.min(), value.max()
        if low == high:
            return f"torch.full({shape}, {repr(low.item()) if kind != 'f' else self.float(low)}{dtype})"
        self.notes.add(DRAWN)
        if kind == "c":
            return f"torch.randn({shape}{dtype})"
        if kind == "b":
            return f"(torch.rand({shape}) < 0.5)"
        if kind in "iu":
            return f"torch.randint({int(low)}, {int(high) + 1}, {shape}{dtype})"
        if value.ndim > 1 and low >= 0 and np.allclose(value.sum(-1, dtype=float), 1, atol=1e-3):
            return f"torch.randn({shape}{dtype}).softmax(-1)"
        return f"torch.{'rand' if low >= 0 and high <= 1 else 'randn'}({shape}{dtype})"

    def number(self, value: np.generic) -> str:
        text = self.float(value) if value.dtype.kind == "f" else repr(value.item())
        return text.removesuffix("0") if text.endswith(".0") else text


def literal(value: Any) -> str:
    """A value as a Python expression; a large array as one that makes an array of its shape and dtype."""
    return Writer().literal(value)


def nested(numbers: Sequence[str], shape: tuple[int, ...]) -> str:
    """Numbers as nested lists of a shape."""
    if not shape:
        return numbers[0]
    step = len(numbers) // shape[0] if shape[0] else 0
    return "[" + ", ".join(nested(numbers[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])) + "]"


def fitted(write: Callable[[Writer], str]) -> tuple[str, Writer]:
    """What `write` makes with as much of the numbers as a line holds; the last attempt where none is short enough."""
    for most, digits in LIMITS:
        writer = Writer(most, digits)
        text = write(writer)
        if len(text) <= LONGEST:
            break
    return text, writer


def bound_call(what: str, args: Sequence[Any]) -> str:
    """`mean(rows, k)` with the values in place of the names; values behind the name where the numbers differ."""
    found = re.fullmatch(r"\s*([\w.]+)\(([^()]*)\)\s*", what)
    names = [part.strip() for part in found[2].split(",") if part.strip()] if found else []

    def write(writer: Writer) -> str:
        values = ", ".join(map(writer.literal, args))
        if found and len(names) == len(args) and all(name.isidentifier() for name in names):
            return f"{found[1]}({values})"
        return f"{what}: {values}"

    return fitted(write)[0]


def question_line(scenario: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """The values of a scenario's arguments and its first use of the learner's code, joined by semicolons.

    A comment says where other values stand in for what is too long. Empty where the line would be too long to paste.
    """
    if scenario is call:
        return called_line(*args)
    use = first_use(scenario, args, kwargs)

    def write(writer: Writer) -> str:
        values = [f"{name} = {writer.literal(value)}" for name, value in use.values.items()]
        code = [*values, *([use.text(writer.literal)] if use.statements else [])]
        return "; ".join([*use.imports, *([SEED] if DRAWN in writer.notes else []), *code])

    return pasted(*fitted(write))


def called_line(name: str, arguments: Sequence[Any], named: dict[str, Any]) -> str:
    """`name(values)`; empty where it would be too long to paste."""

    def write(writer: Writer) -> str:
        parts = [*map(writer.literal, arguments), *(f"{key}={writer.literal(value)}" for key, value in named.items())]
        line = f"{name}({', '.join(parts)})"
        return f"{SEED}; {line}" if DRAWN in writer.notes else line

    return pasted(*fitted(write))


def pasted(line: str, writer: Writer) -> str:
    """The line with a comment on what is not as it was asked; empty where it is too long."""
    if len(line) > LONGEST:
        return ""
    if not writer.notes:
        return line
    return f"{line}{';' if '  # ' in line else '  #'} {', '.join(sorted(writer.notes))}"
