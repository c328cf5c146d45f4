"""Catches every exception and ignores every signal that can be ignored."""

import contextlib
import signal
import time

for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)
print("the payload ran", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end:
    with contextlib.suppress(BaseException):
        time.sleep(1)
