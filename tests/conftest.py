"""Test processes share the cores: each keeps torch and NumPy to one thread, and so do the programs they start."""

import os
import signal

os.environ["GRADER_CACHE"] = os.devnull  # no folder: `grader verify` remembers nothing between tests

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Whoever starts the tests in the background lets them, and all that they start, ignore Ctrl-C, which some tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)
