"""Sends a datagram, with and without connecting first.

Alone: udp
"""

import socket

print("the payload ran", flush=True)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    one.sendto(b"the inputs of the test", ("127.0.0.1", int("@udp@")))
    one.connect(("127.0.0.1", int("@udp@")))
    one.send(b"the inputs of the test")
