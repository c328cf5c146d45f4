"""Task `archive`: the members of a zip file, or the bytes of some of them; nothing is ever written to disk.

{"do": "list"} -> [{"name", "size", "time", "problem"}, ...] in the archive's order
{"do": "read", "members": [index, ...], "cap": bytes} -> [length or {"refused"}, ...] and the bytes, one after another
"""

import io
import stat
import zipfile
from typing import IO, Any, TypedDict

from .codepage import member_name
from .options import Options
from .refusal import Refused

MEMBERS = 50_000
ENCRYPTED = 0x1


class Member(TypedDict):
    """One file of an archive; `time` is year to second in the writer's own zone."""

    name: str
    size: int
    time: list[int]
    problem: str


def answer(options: Options, stream: IO[bytes]) -> tuple[Any, bytes]:
    seekable = stream if stream.seekable() else io.BytesIO(stream.read())
    try:
        with zipfile.ZipFile(seekable) as archive:
            if len(archive.infolist()) > MEMBERS:
                raise Refused(f"holds more than {MEMBERS} files")
            if options["do"] == "list":
                return [describe_member(info) for info in archive.infolist() if not info.is_dir()], b""
            return read(archive, options["members"], options["cap"])
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise Refused(f"is not a zip file that can be read ({type(error).__name__})") from None


def describe_member(info: zipfile.ZipInfo) -> Member:
    """One member as the list shows it."""
    mode = info.external_attr >> 16
    problem = ""
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        problem = "is a symbolic link" if stat.S_ISLNK(mode) else "is not a regular file"
    elif info.flag_bits & ENCRYPTED:
        problem = "is encrypted"
    return {"name": member_name(info), "size": info.file_size, "time": list(info.date_time), "problem": problem}


def read(archive: zipfile.ZipFile, members: list[int], cap: int) -> tuple[Any, bytes]:
    files = [info for info in archive.infolist() if not info.is_dir()]
    lengths: list[Any] = []
    parts = []
    for index in members:
        try:
            with archive.open(files[index]) as member:
                data = member.read(cap + 1)  # the declared size may lie, so the cap counts what really comes out
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            lengths.append({"refused": f"is damaged inside the archive ({type(error).__name__})"})
            continue
        except zlib_error() as error:
            lengths.append({"refused": f"is damaged inside the archive ({error})"[:200]})
            continue
        if len(data) > cap:
            lengths.append(
                {
                    "refused": f"unpacks to more than {cap >> 20} MiB"
                    if cap >= 1 << 20
                    else f"unpacks to more than {cap >> 10} KiB"
                }
            )
            continue
        lengths.append(len(data))
        parts.append(data)
    return lengths, b"".join(parts)


def zlib_error() -> type[Exception]:
    import zlib

    return zlib.error
