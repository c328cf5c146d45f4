"""Matches a pattern that takes half a minute in C, where no Python code can stop it."""

import re

print("the payload ran", flush=True)
re.match(r"(a+)+$", "a" * 28 + "b")
