"""Reads address zero."""

import ctypes

print("the payload ran", flush=True)
ctypes.string_at(0)
