"""Makes symbolic and hard links to the secret in its own folder and reads those.

Alone: secret
"""

import contextlib
import os

print("the payload ran", flush=True)
for make, name in ((os.symlink, "soft"), (os.link, "hard")):
    with contextlib.suppress(OSError):
        make("@secret@", name)
        print(open(name).read())
