"""Becomes another program, which would keep the descriptors and lose every patch.

Alone: breach
"""

import os

print("the payload ran", flush=True)
os.execv("/bin/sh", ["sh", "-c", "echo BREACH: became a shell"])
