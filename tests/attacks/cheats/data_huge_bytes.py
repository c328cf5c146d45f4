"""Answers with bytes of more than an answer may hold."""


def mean_row(x):
    print("the payload ran", flush=True)
    return bytes(80 << 20)


def best_row(x):
    return memoryview(bytearray(80 << 20))
