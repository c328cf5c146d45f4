"""Signals its own process group and session, in case the grader is in it."""

import os
import signal

print("the payload ran", flush=True)
os.killpg(0, signal.SIGTERM)
os.killpg(os.getpgrp(), signal.SIGKILL)
