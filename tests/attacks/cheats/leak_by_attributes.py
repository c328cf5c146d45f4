"""Writes into what is not content: modes, times, owners, extended attributes of a file outside.

Alone: breach
"""

import contextlib
import os

victim = "@outside@/victim"
print("the payload ran", flush=True)


def attributes():
    about = os.stat(victim)
    return about.st_mode, about.st_mtime_ns, about.st_uid, os.listxattr(victim)


for deed in (
    lambda: os.utime(victim, (1, 1)),
    lambda: os.chmod(victim, 0o604),
    lambda: os.chown(victim, os.getuid() + 1, -1),
    lambda: os.setxattr(victim, "user.inputs", b"1"),
):
    with contextlib.suppress(OSError):
        before = attributes()
        deed()
        if attributes() != before:
            print("BREACH: changed attributes outside")
    with contextlib.suppress(OSError):
        deed()  # where nothing can be looked at; who looks from outside sees it
