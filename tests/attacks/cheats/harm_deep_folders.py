"""Makes folders inside each other, three thousand deep, which no path can name."""

import os

for _ in range(3000):
    os.mkdir("deeper")
    os.chdir("deeper")
print("the payload ran", flush=True)


def mean_row(x):
    return None
