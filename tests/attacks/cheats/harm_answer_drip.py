"""Announces a long answer and sends it byte by byte, never to end."""

import os
import time

print("the payload ran", flush=True)
os.write(4, b"\x00\x00\xff\xff[")
for _ in range(200):
    os.write(4, b"1,")
    time.sleep(0.1)
