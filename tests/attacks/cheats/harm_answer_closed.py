"""Closes the answer's descriptor and goes on living."""

import os
import time

print("the payload ran", flush=True)
os.close(4)
time.sleep(20)
