"""Letters for every name: fonts of this system that have what the usual one lacks, and Latin letters where none has."""

import logging
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import matplotlib
from matplotlib import font_manager

USUAL = "DejaVu Sans"
SHAPED = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff]")
"""Scripts whose letters change with their neighbors or run from right to left, which Matplotlib draws from 3.11 on."""
AVOIDED = ("bold", "italic", "oblique", "serif", "mono", "condensed", "light", "black", "emoji")


class Letters:
    """Which font families draw these texts; `of` is a text as they can draw it."""

    def __init__(self, texts: Iterable[str]) -> None:
        wanted = {c for text in texts for c in unicodedata.normalize("NFC", text) if not c.isspace()}
        self.missing = {c for c in wanted if ord(c) not in charmap(font_manager.findfont(USUAL))}
        self.families = [USUAL]
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # not every font has a bold face
        self.missing -= self.found(self.missing)
        if version() < (3, 11):
            self.missing |= {c for c in wanted if SHAPED.match(c)}

    def found(self, lacking: set[str]) -> set[str]:
        """Those of the characters that fonts of this system have; their families stand behind the usual one."""
        left = set(lacking)
        for path in fonts() if left else ():
            have = {c for c in left if ord(c) in charmap(path)}
            if have:
                font_manager.fontManager.addfont(path)
                self.families.append(font_manager.get_font(path).family_name)
                left -= have
            if not left:
                break
        return lacking - left

    def of(self, text: str) -> str:
        """The text itself; a word that no font can draw is written in Latin letters."""
        text = unicodedata.normalize("NFC", text)
        if not self.missing.intersection(text):
            return text
        return "".join(latin(word) if self.missing.intersection(word) else word for word in re.split(r"(\s+)", text))


def latin(word: str) -> str:
    """A word in Latin letters; what they cannot say is a question mark."""
    from anyascii import anyascii

    return str(anyascii(word)).strip().title() or "?"


def lines(text: str, width: int) -> list[str]:
    """The whole text in lines of at most so many columns; a wide character takes two, a long word is broken."""
    found = [""]
    for word in text.split():
        if found[-1] and columns(found[-1]) + 1 + columns(word) > width:
            found.append("")
        found[-1] += f" {word}" if found[-1] else word
        while columns(found[-1]) > width:
            cut = next(n for n in range(len(found[-1]), 0, -1) if n == 1 or columns(found[-1][:n]) <= width)
            found[-1:] = [found[-1][:cut], found[-1][cut:]]
    return found


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def version() -> tuple[int, ...]:
    """Matplotlib's first two numbers."""
    return tuple(int(number) for number in matplotlib.__version__.split(".")[:2])


@cache
def fonts() -> list[str]:
    """The fonts of this system, plain ones without serifs first."""
    paths = font_manager.findSystemFonts()
    return sorted(paths, key=lambda path: (sum(word in path.lower() for word in AVOIDED), path))


@cache
def charmap(path: str) -> frozenset[int]:
    """The characters of a font; none if it cannot be read."""
    try:
        return frozenset(font_manager.get_font(path).get_charmap())
    except (OSError, RuntimeError, ValueError):
        return frozenset()
