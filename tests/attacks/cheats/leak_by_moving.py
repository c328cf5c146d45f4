"""Makes a file in its own folder and moves or links it out.

Alone: breach
"""

import contextlib
import os

print("the payload ran", flush=True)
open("inputs", "w").close()
for deed in (os.rename, os.link, os.replace, os.symlink):
    with contextlib.suppress(OSError):
        deed("inputs", f"@outside@/{deed.__name__}")
        print("BREACH:", deed.__name__)
