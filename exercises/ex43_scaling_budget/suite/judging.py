"""Asks a function for a number, and judges it with the formulas that people take for the right one."""

import math

from grader.suite import close, shaped


def ask(module, name, args):
    return getattr(module, name)(*args)


def judged(seen, right, what, misread):
    """A number right to five digits; the misread formula that gives what was seen is named."""
    found = float(shaped(seen, (), what))
    named = [why for why, other in misread.items() if math.isclose(found, other, rel_tol=1e-5)]
    off = not math.isclose(found, right, rel_tol=1e-5)
    close(found, float(right), what + (f" ({named[0]})" if named and off else ""), rtol=1e-5, atol=0)


def shown(name, args):
    return f"{name}({', '.join(f'{one:.4g}' if isinstance(one, float) else repr(one) for one in args)})"
