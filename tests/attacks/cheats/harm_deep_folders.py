"""Makes folders inside each other, fifteen hundred deep, which no path can name."""

import os

print("the payload ran", flush=True)
for _ in range(1500):
    os.mkdir("deeper")
    os.chdir("deeper")


def mean_row(x):
    return None
