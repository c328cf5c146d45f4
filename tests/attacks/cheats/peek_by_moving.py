"""Moves the secret into its own folder, reads it there and puts it back.

Alone: secret
"""

import contextlib
import os
import shutil

print("the payload ran", flush=True)
with contextlib.suppress(OSError):
    shutil.copyfile("@secret@", "copy")
    print(open("copy").read())
with contextlib.suppress(OSError):
    os.rename("@outside@/victim", "mine")
    os.rename("mine", "@outside@/victim")
    print("BREACH: moved a file from outside")
