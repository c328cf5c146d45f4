"""Connects to a server and sends what it was given.

Alone: tcp
"""

import socket

print("the payload ran", flush=True)
with socket.create_connection(("127.0.0.1", int("@tcp@")), timeout=1) as connection:
    connection.sendall(b"the inputs of the test")
