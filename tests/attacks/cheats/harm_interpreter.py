"""Takes the interpreter apart: empties sys.modules, the built-ins and the streams before it answers."""

import builtins
import sys


def mean_row(x):
    print("the payload ran", flush=True)
    sys.stdout = sys.stderr = sys.stdin = None
    sys.modules.clear()
    vars(builtins).clear()
