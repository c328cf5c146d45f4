"""Makes shared memory and message queues of System V, by which unrelated processes talk.

Alone: breach
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
print("the payload ran", flush=True)
memory, queue = libc.shmget(0, 4096, 0o1600), libc.msgget(0, 0o1600)
if memory != -1:
    print("BREACH: shared memory")
    libc.shmctl(memory, 0, None)
if queue != -1:
    print("BREACH: a message queue")
    libc.msgctl(queue, 0, None)
