"""Huge pages for a warm zygote: what fork has to copy shrinks to a few hundred entries (guest, Linux 6.1 or newer).

After its warm-up a zygote holds some 400 MB in 100,000 small pages, and copying that table is most of what a fork
costs. MADV_COLLAPSE puts the same bytes into 2 MB pages, in place, whatever the system's setting for new memory is.
"""

from collections.abc import Iterator

from . import kernel

MADV_COLLAPSE = 25
HUGE = 2 << 20
STEP = 32 * HUGE


def collapse() -> Iterator[None]:
    """Each step handles at most 64 MB of the process's own memory; refusals by the kernel change nothing."""
    for start, end in writable_memory():
        start, end = (start + HUGE - 1) // HUGE * HUGE, end // HUGE * HUGE
        while start < end:
            try:
                kernel.call("madvise", start, min(STEP, end - start), MADV_COLLAPSE)
            except OSError:
                pass
            start += STEP
            yield


def writable_memory() -> list[tuple[int, int]]:
    """Address ranges of anonymous writable memory: heap and mappings without a file."""
    found = []
    with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
        for line in maps:
            parts = line.split()
            if parts[1] == "rw-p" and parts[4] == "0" and (len(parts) == 5 or parts[5] == "[heap]"):
                low, _, high = parts[0].partition("-")
                found.append((int(low, 16), int(high, 16)))
    return found
