"""Looks for the text of the scenario in all that Python lets it reach: from frames at import, from modules in one
function, from every object in the other. The one at import is short, so that a slow machine ends it, too.
"""

import gc
import inspect
import linecache
import sys

PIECES = ("for x in " + "batches]", "return [module" + ".", "secret of " + "the scenario")
BYTES, FLAT = {bytes, bytearray, memoryview}, {int, float, bool, type(None)}
LIBRARIES = {"torch", "numpy", "matplotlib", "sympy", "mpmath", *sys.stdlib_module_names} - {"builtins", "__main__"}


def texts(roots, but=()):
    """Every string below some objects, with what refers to what as the garbage collector knows it."""
    todo, seen = list(roots), set(map(id, but))
    while todo and len(seen) < 2_000_000:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(one) is str:
            yield one
        elif type(one) in BYTES:
            yield bytes(one).decode("latin1")
        elif type(one) not in FLAT:
            todo += gc.get_referents(one)


def frames():
    for frame in sys._current_frames().values():
        while frame:
            yield from (frame.f_locals, frame.f_globals, frame.f_code)
            try:
                yield inspect.getsource(frame)
            except (OSError, TypeError):
                pass
            frame = frame.f_back
    yield from (linecache.cache, sys.orig_argv, sys.argv)


def modules():
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in LIBRARIES:
            yield vars(module)
            yield linecache.getlines(str(getattr(module, "__file__", "")))


def look(when, roots, but=()):
    for text in texts(roots, but):
        for piece in PIECES:
            if piece in text and text not in PIECES and "PIECES" not in text:
                print("BREACH", when, text[:200])
                return


everywhere = [part for module in list(sys.modules.values()) for part in (module, vars(module))]
look("at import", frames(), everywhere)
del everywhere
print("the payload ran", flush=True)


def mean_row(x):
    look("in the first call", [*frames(), *modules()])
    return None


def best_row(x):
    look("in the second call", [gc.get_objects()])
    return None
