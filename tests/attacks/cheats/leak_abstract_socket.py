"""Connects to a socket that has a name but no file.

Alone: abstract
"""

import socket

print("the payload ran", flush=True)
with socket.socket(socket.AF_UNIX) as one:
    one.connect("\0@abstract@")
