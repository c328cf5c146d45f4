"""Fetches a page with urllib, the inputs in its address.

Alone: tcp
"""

import contextlib
import urllib.error
import urllib.request

print("the payload ran", flush=True)
with contextlib.suppress(TimeoutError):
    urllib.request.urlopen("http://127.0.0.1:@tcp@/?x=1", timeout=0.3)
