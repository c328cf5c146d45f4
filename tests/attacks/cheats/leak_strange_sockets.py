"""Opens sockets of rarer kinds: netlink, IPv6, raw packets, virtual machines, a pair.

Alone: breach
"""

import contextlib
import socket

print("the payload ran", flush=True)
for family in (socket.AF_NETLINK, socket.AF_INET6, socket.AF_PACKET, getattr(socket, "AF_VSOCK", 40), socket.AF_ALG):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        with contextlib.suppress(OSError):
            socket.socket(family, kind).close()
            print("BREACH:", family, kind)
with contextlib.suppress(OSError):
    socket.socketpair()
    print("BREACH: socketpair")
