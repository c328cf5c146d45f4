"""Takes memory by ways that count differently: shared maps, private maps, a map of a file.

"""

import contextlib
import mmap

print("the payload ran", flush=True)
kept = []
for flags in (mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
    with contextlib.suppress(OSError, MemoryError):
        for _ in range(24):
            kept.append(mmap.mmap(-1, 64 << 20, flags=flags))
            for place in range(0, 64 << 20, 4096):
                kept[-1][place] = 1
        print("BREACH: took 1.5 GB")


def mean_row(x):
    return None
