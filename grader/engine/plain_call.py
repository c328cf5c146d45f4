"""The scenario behind `observe.call`: one function of the submission, called with plain data."""

from typing import Any


def call(module: Any, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    """What `module.name(*arguments, **named)` gives."""
    return getattr(module, name)(*arguments, **named)
