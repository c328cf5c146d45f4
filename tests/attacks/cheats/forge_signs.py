"""Sends the engine's own signs: confined, imported, refused, over and over."""

import os

for sign in (b"+", b"i", b"-no confinement", b"+i", b"s", b"!"):
    os.write(4, sign)
print("the payload ran", flush=True)


def mean_row(x):
    os.write(4, b"-no confinement")
    os._exit(71)
