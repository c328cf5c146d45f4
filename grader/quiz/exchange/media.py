"""Images and links in a question's text: images that the file contains are imported, the rest is reported as lost.

Only pictures of a known kind are taken, under a name of ours: nothing of the file's own names reaches the disk.
"""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from grader.base.errors import UsageError
from grader.quiz.exchange.htmltree import Element
from grader.quiz.exchange.slug import slug
from grader.quiz.format.textfile import shown

MAX_IMAGES = 32 << 20
"""All images of one import together are at most this long (32 MiB)."""

MAX_TEXT = 4 << 20
"""All texts of one import together have at most so many characters, images aside; more would keep the reader busy."""

KINDS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))
_DATA = re.compile(r"data:image/[a-z0-9.+-]{1,40};base64,([A-Za-z0-9+/=\r\n]+)", re.IGNORECASE)
_FILES = ("@@PLUGINFILE@@/", "$IMS-CC-FILEBASE$/", "%24IMS-CC-FILEBASE%24/")
_LIFTED = "@@DATA@@/"
_MARKDOWN_IMAGE = re.compile(r"!\[([^\]]{0,500})\]\(([^()\s]{1,2000})\)")
_TOLD = {
    "table": "the columns of a table: its rows stand one below the other",
    "math": "the layout of a formula in MathML",
    **{tag: f"an embedded <{tag}>" for tag in ("iframe", "object", "embed", "svg", "video", "audio", "canvas", "form")},
}


@dataclass
class Images:
    """The images of one import by their new names, which begin with the quiz's id; `where` names the file."""

    prefix: str
    where: str = ""
    room: int = MAX_TEXT
    data: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> str:
        """The name under which the image is kept; "" where it is no image or one too many."""
        kind = next((kind for start, kind in KINDS if data.startswith(start)), "")
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            kind = "webp"
        if not kind or sum(map(len, self.data.values())) + len(data) > MAX_IMAGES:
            return ""
        stem = "-".join(filter(None, (self.prefix, slug(PurePosixPath(name).stem) or "image")))
        names = (f"{stem}{'' if number == 1 else f'-{number}'}.{kind}" for number in range(1, len(self.data) + 2))
        chosen = next(one for one in names if self.data.get(one, data) == data)
        self.data[chosen] = data
        return chosen


def no_files(path: str) -> bytes | None:
    """For formats that bring no files along."""
    return None


@dataclass
class Media:
    """The images and losses of one question's texts; `files` are the bytes behind a path that the file itself holds."""

    images: Images
    files: Callable[[str], bytes | None] = no_files
    losses: list[str] = field(default_factory=list)
    lifted: list[bytes] = field(default_factory=list)

    def lift(self, html: str) -> str:
        """The HTML with a short address for each image whose bytes stand in it: no tag is that long."""

        def keep(found: re.Match[str]) -> str:
            self.lifted.append(decoded(found[1]) or b"")
            return f"{_LIFTED}{len(self.lifted) - 1}"

        text = _DATA.sub(keep, html)
        self.images.room -= len(text)
        if self.images.room < 0:
            raise UsageError("holds more text than a quiz needs", self.images.where)
        return text

    def see(self, element: Element) -> None:
        """Takes the image of an `<img>` and lets it refer to that; notes what cannot be taken along."""
        if element.tag in _TOLD:
            self.losses.append(_TOLD[element.tag])
        if element.tag == "img" and "equation_image" not in element.attributes.get("class", ""):
            alt = " ".join(element.attributes.get("alt", "").split())
            element.attributes["src"] = self.taken(element.attributes.get("src", ""), alt)

    def markdown(self, text: str) -> str:
        """The same for the images of a Markdown text."""

        def put(found: re.Match[str]) -> str:
            name = self.taken(found[2], found[1])
            return f"![{found[1]}]({name})" if name else found[1]

        return _MARKDOWN_IMAGE.sub(put, self.lift(text))

    def taken(self, source: str, alt: str) -> str:
        """The name of the file to refer to; "" where only the alternative text is left."""
        start = next((start for start in (*_FILES, _LIFTED) if source.startswith(start)), "")
        path = unquote(source.removeprefix(start).partition("?")[0])
        called = shown(path if start != _LIFTED else "in the text")[:100]
        if start == _LIFTED:
            data = self.lifted[int(path)] if path.isdigit() and int(path) < len(self.lifted) else None
        elif not start and re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", source):
            self._lose(f"the image `{shown(source)[:100]}`, which is not in the file", alt)
            return ""
        else:
            data = self.files(path)
        if data is None and not start:
            return source  # a file that lies beside the quiz, as our own exports name it
        name = self.images.add("image" if start == _LIFTED else path, data) if data is not None else ""
        if not name:
            why = "is no PNG, JPEG, GIF or WebP, or one too many" if data is not None else "is not in the file"
            self._lose(f"the image `{called}`, which {why}", alt)
        return name

    def _lose(self, what: str, alt: str) -> None:
        left = f"its text stands there: {shown(alt)[:60]}" if alt else "nothing stands in its place"
        self.losses.append(f"{what}; {left}")


def decoded(base64: str) -> bytes | None:
    """The bytes of a base64 text, None if it is none."""
    try:
        return binascii.a2b_base64(base64.encode("ascii"))
    except (ValueError, binascii.Error):
        return None
