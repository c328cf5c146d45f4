"""Writes 200 MB into files that it has removed already, which no listing of the folder shows."""

import os

print("the payload ran", flush=True)
kept = []
for number in range(20):
    kept.append(open(f"file{number}", "wb"))
    os.remove(f"file{number}")
    kept[-1].write(bytes(10 << 20))
