"""Pretends that the confinement failed, so that the exercise stays ungraded instead of failed."""

import os

print("the payload ran", flush=True)
os.write(4, b"-seccomp: not permitted")
os._exit(71)
