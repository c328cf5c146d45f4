"""Opens the secret in ways that are not reading, and asks to read it then.

Alone: secret
"""

import contextlib
import os

print("the payload ran", flush=True)
for flags in (os.O_PATH, os.O_RDWR, 3, os.O_RDONLY | os.O_DIRECT | os.O_NOATIME, os.O_RDONLY):
    with contextlib.suppress(OSError):
        fd = os.open("@secret@", flags)
        with contextlib.suppress(OSError):
            print(os.read(os.open(f"/proc/self/fd/{fd}", os.O_RDONLY), 100))
        with contextlib.suppress(OSError):
            print(os.pread(fd, 100, 0))
