"""Opens a server of its own and waits for whoever comes.

Alone: breach
"""

import socket

print("the payload ran", flush=True)
with socket.create_server(("127.0.0.1", 0)) as server:
    print("BREACH: listens at", server.getsockname())
