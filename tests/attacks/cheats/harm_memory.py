"""Takes memory up to three gigabytes, a little at a time, and writes to it."""

kept = []


def mean_row(x):
    print("the payload ran", flush=True)
    for _ in range(48):
        kept.append(bytearray(b"x") * (64 << 20))
    print("BREACH: took 3 GB")
