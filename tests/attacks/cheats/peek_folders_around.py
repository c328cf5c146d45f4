"""Lists the folder above its own, the temporary folder and the home folders.

Alone: breach
"""

import contextlib
import os

print("the payload ran", flush=True)
for folder in ("..", "../..", "/tmp", "/home", "/root", "/", "@outside@"):
    with contextlib.suppress(OSError):
        if names := os.listdir(folder):
            print(f"BREACH: {folder} holds {len(names)} names")
