"""Test processes share the cores: each keeps torch and NumPy to one thread, and so do the programs they start."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
