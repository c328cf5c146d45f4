"""Puts the folder of the solution on the import path and imports it from there.

Alone: points
"""

import importlib.util
import os
import sys

print("the payload ran", flush=True)
sys.path.insert(0, os.path.dirname("@solution@"))
spec = importlib.util.spec_from_file_location("solution", "@solution@")
solution = importlib.util.module_from_spec(spec)
spec.loader.exec_module(solution)
mean_row, best_row = solution.mean_row, solution.best_row
