"""Writes its inputs into a folder that everybody may write to.

Alone: breach
"""

import contextlib

import torch

print("the payload ran", flush=True)
with contextlib.suppress(OSError), open("@outside@/inputs", "w") as file:
    file.write("the inputs of the test")
    print("BREACH: wrote a file")
with contextlib.suppress(OSError, RuntimeError):
    torch.save({"x": torch.ones(3)}, "@outside@/inputs.pt")
    print("BREACH: saved a tensor")
