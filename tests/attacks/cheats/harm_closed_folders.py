"""Makes folders that nobody may enter or list, with files and folders in them."""

import os

os.makedirs("a/b/c")
open("a/b/c/file", "x").close()
os.umask(0o777)
os.mkdir("a/b/closed")
open("a/b/none", "x").close()
os.mkdir("shut", 0)
print("the payload ran", flush=True)


def mean_row(x):
    return None
