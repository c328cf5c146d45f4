"""Writes two hundred files of one megabyte each."""

print("the payload ran", flush=True)
for number in range(200):
    with open(f"file{number}", "wb") as file:
        file.write(bytes(1 << 20))
print("BREACH: wrote 200 MB")
