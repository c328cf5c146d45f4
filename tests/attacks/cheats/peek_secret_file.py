"""Reads a file of the instructor's that lies about.

Alone: secret
"""

print("the payload ran", flush=True)
print(open("@secret@").read())
