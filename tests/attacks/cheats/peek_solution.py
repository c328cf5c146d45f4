"""Opens the reference solution by its path and lets it do the work.

Alone: points
"""

print("the payload ran", flush=True)
with open("@solution@") as file:
    exec(file.read())  # noqa: S102
