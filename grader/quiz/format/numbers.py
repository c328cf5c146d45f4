"""Numbers as people type them and as a quiz file holds them: exact, with a tolerance that is a number or a share."""

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator

MOST = 8
"""A question asks for at most so many numbers."""

NUMBER = r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+−]?\d{1,2})?"
PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
_TYPED = re.compile(rf"({NUMBER})(?:\s*/\s*(\d+))?")


def number(text: str) -> Fraction | None:
    """The exact value of a typed number such as -0.25, 1e-3 or 2/3; None for anything else."""
    found = _TYPED.fullmatch(text.strip())
    if not found or len(text) > 60 or (found[2] and not int(found[2])):
        return None
    value = Fraction(found[1].replace("−", "-"))
    return value / int(found[2]) if found[2] else value


def number_text(value: Fraction) -> str:
    """A value as a person writes it."""
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def short_text(value: Fraction, slack: Fraction) -> str:
    """The value in the fewest digits that come as near to it as `slack`."""
    exact = number_text(value)
    texts = (f"{float(value):.{digits}g}" for digits in range(1, 12))
    return next((text for text in texts if len(text) < len(exact) and abs(Fraction(text) - value) <= slack), exact)


def decimal(value: Fraction) -> str:
    """A value in the digits a platform reads, to 12 decimals."""
    text = f"{float(value):.12f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _exact(value: Any) -> Fraction | str:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and (found := number(value)) is not None:
        return found
    if isinstance(value, str) and "{{" in value:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    return Fraction(str(value))


def tolerance_of(value: Any) -> Fraction | str:
    """A tolerance as a file has it: a number, or text such as `1 %`. Raises ValueError."""
    if isinstance(value, str) and (PERCENT.fullmatch(value) or "{{" in value):
        return value
    try:
        size = Fraction(_exact(value))
    except ValueError:
        raise ValueError("must be a number, or a share of the value such as `1 %`") from None
    if size < 0:
        raise ValueError("must not be below 0")
    return size


def _listed(value: Any) -> Any:
    return value if isinstance(value, tuple | list) else (value,)


Number = Annotated[Fraction | str, PlainValidator(_exact)]
"""An exact number, or the `{{...}}` that a draw of the parameters will make one."""

Numbers = Annotated[tuple[Number, ...], BeforeValidator(_listed), Field(strict=False, max_length=MOST)]
"""One number, or a list of them."""


def drawn(values: tuple[Fraction | str, ...]) -> tuple[Fraction, ...]:
    """The numbers among the values; none before parameters are drawn."""
    return tuple(value for value in values if isinstance(value, Fraction))


def plain_number(value: Fraction | str) -> float | int | str:
    """A value as JSON has it."""
    if isinstance(value, str):
        return value
    return value.numerator if value.denominator == 1 else float(value)
