"""Sleeps, which uses no processor time that a limit could count."""

import time

print("the payload ran", flush=True)
time.sleep(20)
