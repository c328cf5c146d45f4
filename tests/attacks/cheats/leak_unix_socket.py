"""Connects to a socket in the file system, as those of Docker, X11 and the session bus are.

Alone: unix
"""

import socket

print("the payload ran", flush=True)
with socket.socket(socket.AF_UNIX) as one:
    one.connect("@unix@")
