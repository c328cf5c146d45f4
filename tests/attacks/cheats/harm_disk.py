"""Writes one file of 200 MB."""

print("the payload ran", flush=True)
with open("large", "wb") as file:
    for _ in range(200):
        file.write(bytes(1 << 20))
        file.flush()
print("BREACH: wrote 200 MB")
