"""Python's compiled files for torch, written once where an installer left them out.

`uv` installs without them, and a zygote may not write outside its folder: each start would compile torch's thousand
files anew, which takes longer than everything else that it does.
"""

import importlib.util
import os
import subprocess
import sys

SLOW = ("torch", "torch._dynamo", "torchvision.transforms.v2", "matplotlib.pyplot")


def compile_once(modules: tuple[str, ...] = SLOW) -> "subprocess.Popen[bytes] | None":
    """Imports `modules` in a process of its own, in the background, unless the first one has its compiled file.

    None where there is nothing to do, no right to write it, or the user wants such files elsewhere or not at all.
    """
    if sys.dont_write_bytecode or sys.pycache_prefix:
        return None
    spec = importlib.util.find_spec(modules[0])
    if spec is None or spec.origin is None:
        return None
    compiled = importlib.util.cache_from_source(spec.origin)
    if os.path.exists(compiled) or not os.access(os.path.dirname(spec.origin), os.W_OK):
        return None
    code = f"import sys; sys.path[:] = {sys.path!r}; import {', '.join(modules)}"
    null = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-I", "-c", code], stdin=null, stdout=null, stderr=null, cwd="/")
