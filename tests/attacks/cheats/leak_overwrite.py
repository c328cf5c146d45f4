"""Changes, empties, renames and removes a file of somebody else's.

Alone: breach
"""

import contextlib
import os

victim = "@outside@/victim"
print("the payload ran", flush=True)
for deed in (
    lambda: open(victim, "r+").write("changed"),
    lambda: os.truncate(victim, 0),
    lambda: os.close(os.open(victim, os.O_RDONLY | os.O_TRUNC)),
    lambda: os.rename(victim, victim + "2"),
    lambda: os.remove(victim),
):
    with contextlib.suppress(OSError):
        deed()
        print("BREACH: changed a file outside")
