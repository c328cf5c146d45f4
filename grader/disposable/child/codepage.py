"""The names inside zip files whose writers left out the flag that says UTF-8, as macOS and older Windows do."""

import unicodedata
import zipfile

UTF8 = 0x800
PAGES = ("cp437", "cp850")


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: UTF-8 where the bytes are that, else the DOS code page that makes letters."""
    if info.flag_bits & UTF8 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")  # how zipfile read them
        return raw.decode("utf-8")
    except UnicodeEncodeError:
        return info.filename
    except UnicodeDecodeError:
        pass
    return next((name for name in (raw.decode(page) for page in PAGES) if latin(name)), info.filename)


def latin(name: str) -> bool:
    """Whether every character beyond ASCII is a letter of the Latin alphabet: in a wrong page some are box drawings."""
    return all(one.isascii() or unicodedata.name(one, "").startswith("LATIN ") for one in name)
