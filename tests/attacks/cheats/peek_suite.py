"""Opens the hidden suite by its path and prints it.

Alone: secret
"""

print("the payload ran", flush=True)
with open("@suite@") as file:
    print([line for line in file if "SECRET" in line])
