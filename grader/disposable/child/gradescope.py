"""Task `gradescope`: who is behind each folder of a Gradescope export, from its `submission_metadata.yml`.

Only what is wanted is read, line by line, in the one shape Gradescope writes; the file's own test results, which can be
megabytes, are passed over. The answer: [{"folder", "time", "submitters": [{"name", "sid", "email"}]}, ...].
"""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import IO, Any, TypedDict

from .options import Options
from .refusal import Refused

FOLDER = re.compile(r"^['\"]?([\w-]+)['\"]?:\s*$")
FIELD = re.compile(r"^(\s+)(- )?:?(\w+):(?: (.*))?$")
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?")


class Folder(TypedDict):
    """One folder of the export; a submitter has some of `name`, `sid` and `email`."""

    folder: str
    time: float | None
    submitters: list[dict[str, str]]


def answer(options: Options, stream: IO[bytes]) -> tuple[Any, bytes]:
    found: list[Folder] = []
    section = ""
    for raw in stream.read().decode("utf-8-sig", "replace").splitlines():
        folder = FOLDER.match(raw)
        if folder:
            found.append({"folder": folder[1], "time": None, "submitters": []})
            section = ""
            continue
        field = FIELD.match(raw)
        if not field or not found:
            continue
        indent, dash, key, value = len(field[1]), field[2], field[3], scalar(field[4] or "")
        if indent == 2 and not dash:
            section = key
            if key == "created_at":
                found[-1]["time"] = seconds(value)
        elif section == "submitters" and key in ("name", "sid", "email"):
            if dash:
                found[-1]["submitters"].append({})
            if found[-1]["submitters"]:
                found[-1]["submitters"][-1][key] = value
    if not any(one["submitters"] for one in found):
        raise Refused("names no submitters, so it is not Gradescope's submission_metadata.yml")
    return found, b""


def scalar(text: str) -> str:
    """A YAML scalar on one line; aliases, anchors and tags stand for nothing."""
    text = text.strip()
    if text[:1] in ("*", "&", "!") or text in ("~", "null", "''", '""'):
        return ""
    if text[:1] == "'" and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    if text[:1] == '"':
        try:
            return str(json.loads(re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", text)))
        except ValueError:
            return text.strip('"')
    return text


def seconds(text: str) -> float | None:
    """POSIX seconds of Gradescope's time stamp; without a zone it is UTC."""
    match = TIME.match(text)
    if not match:
        return None
    zone = UTC
    if match[7] and match[7] != "Z":
        digits = match[7].replace(":", "")
        zone = timezone(timedelta(hours=int(digits[:3]), minutes=int(digits[0] + digits[3:])))
    try:
        return datetime(*(int(part) for part in match.groups()[:6]), tzinfo=zone).timestamp()  # type: ignore[misc,arg-type]
    except ValueError:
        return None
