"""Stops itself, so that it neither runs nor ends."""

import os
import signal

print("the payload ran", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
