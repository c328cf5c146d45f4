"""Makes files without a name that could be handed on: memfd, O_TMPFILE outside, a pseudo-terminal.

Alone: breach
"""

import contextlib
import os

print("the payload ran", flush=True)
with contextlib.suppress(OSError):
    os.close(os.memfd_create("inputs"))
    print("BREACH: memfd")
with contextlib.suppress(OSError):
    os.close(os.open("@outside@", os.O_TMPFILE | os.O_RDWR))
    print("BREACH: a file without a name outside")
