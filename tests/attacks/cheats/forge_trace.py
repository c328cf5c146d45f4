"""Installs a trace and a profile function that rewrite return values of the engine on their way."""

import sys


def trace(frame, event, arg):
    if event == "return" and isinstance(arg, (dict, list)):
        arg.clear()
    return trace


sys.settrace(trace)
sys.setprofile(trace)
print("the payload ran", flush=True)


def mean_row(x):
    return None
