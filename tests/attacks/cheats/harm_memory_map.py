"""Takes memory by ways that count differently: shared maps and private maps."""

import contextlib
import mmap

print("the payload ran", flush=True)
kept = []
for flags in (mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
    with contextlib.suppress(OSError, MemoryError):
        for _ in range(24):
            kept.append(mmap.mmap(-1, 64 << 20, flags=flags))
            kept[-1].write(bytes(64 << 20))
        print("BREACH: took 1.5 GB")


def mean_row(x):
    return None
