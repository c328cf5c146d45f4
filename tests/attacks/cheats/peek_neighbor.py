"""Reads the folder of another submission that is graded at the same time.

Alone: secret
"""

print("the payload ran", flush=True)
print(open("../neighbor/work.py").read())
