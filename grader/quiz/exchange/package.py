"""The zip file around a QTI quiz: packed with the same bytes every time, unpacked in memory under caps.

Nothing of a foreign zip is ever written to disk, so a member called `../x` could do no harm; such a package is refused
all the same, since no platform writes one.
"""

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from grader.base.errors import UsageError
from grader.quiz.format.textfile import shown

MAX_MEMBERS = 1000
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def pack(members: dict[str, bytes]) -> bytes:
    """A zip of the members in their order: stored, dated 1980, so that no clock and no zlib version shows."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            package.writestr(entry, data)
    return stream.getvalue()


IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MAX_IMAGE = 8 << 20


def image_member(data: bytes, path: str, folder: str) -> bytes | None:
    """The image that a quiz in `folder` means by `path`, found as Canvas and the standard put it; None without one.

    One that is damaged or longer than 8 MiB is as good as none.
    """
    names = [path, f"web_resources/{path}", f"{folder}/{path}"]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            there = {entry.filename: entry for entry in package.infolist()}
            entry = next((there[name] for name in names if name in there), None)
            if entry is None or not path.lower().endswith(IMAGES) or entry.flag_bits & 1:
                return None
            with package.open(entry) as stream:
                image = stream.read(MAX_IMAGE + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError, OSError):
        return None
    return image if len(image) <= MAX_IMAGE else None


def xml_members(data: bytes, where: str, limit: int) -> dict[str, bytes]:
    """The `.xml` files of a zip, at most `limit` bytes in all. Raises UsageError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _read(package, where, limit)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError, OSError) as error:
        raise UsageError(f"is not a zip file we can read: {shown(str(error))[:80]}", where) from None


def _read(package: zipfile.ZipFile, where: str, limit: int) -> dict[str, bytes]:
    entries = package.infolist()
    if len(entries) > MAX_MEMBERS:
        raise UsageError(f"holds more than {MAX_MEMBERS} files", where)
    members: dict[str, bytes] = {}
    for entry in entries:
        name, path = shown(entry.filename)[:200], PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
            raise UsageError(f"holds a file named `{name}`, outside the package", where)
        if entry.is_dir() or path.suffix.lower() != ".xml":
            continue
        if entry.flag_bits & 1:
            raise UsageError(f"`{name}` is encrypted", where)
        if entry.compress_type not in _STORED_OR_DEFLATED:
            raise UsageError(f"`{name}` is compressed in a way we do not read", where)
        if name in members:
            raise UsageError(f"holds `{name}` twice", where)
        with package.open(entry) as stream:
            members[name] = stream.read(limit + 1)
        limit -= len(members[name])
        if limit < 0:
            raise UsageError("holds more XML than a quiz needs", where)
    return members
