"""Writes into what is not content: modes, times, owners, extended attributes of a file outside.

Alone: breach
"""

import contextlib
import os

victim = "@outside@/victim"
print("the payload ran", flush=True)
for deed in (
    lambda: os.utime(victim),
    lambda: os.chmod(victim, 0o666),
    lambda: os.chown(victim, os.getuid(), -1),
    lambda: os.setxattr(victim, "user.inputs", b"1"),
):
    with contextlib.suppress(OSError):
        deed()
        print("BREACH: changed attributes outside")
