"""Computes a power of thirty million digits in C, where no Python code can stop it."""

print("the payload ran", flush=True)
LAST_DIGIT = pow(7, 7**9) % 10
