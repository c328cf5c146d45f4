"""Hostile text in every form in which a report shows text."""

import re

from grader.base import text as safe


def test_invisible_characters_become_visible() -> None:
    """Control, escape, bidi, zero-width and lone surrogate characters are written as escapes; the rest stays."""
    assert safe.visible("a\x1b[31mb\u202ec\u200bd\x00\udcff\u2028") == "a\\x1b[31mb\\u202ec\\u200bd\\x00\\udcff\\u2028"
    assert safe.visible("Zoë 李\nλ → ½\t|") == "Zoë 李\nλ → ½    |"
    assert safe.visible_tree({"a\x07": ["\x1b", 1, None]}) == {"a\\x07": ["\\x1b", 1, None]}


def test_a_line_stays_one_line() -> None:
    """line() neither breaks nor grows beyond its width."""
    assert safe.line("a\nb\rc") == "a\\nb\\rc"
    assert len(safe.line("x" * 500, 40)) == 40


def test_no_cell_is_a_formula() -> None:
    """Whatever a spreadsheet would compute gets an apostrophe; ordinary text and numbers do not."""
    for formula in ("=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "＝1", "'=1"):
        assert safe.cell(formula).startswith("'"), formula
    assert [safe.cell(text) for text in ("alice", "7.50", "a=b", "")] == ["alice", "7.50", "a=b", ""]
    assert "\n" not in safe.cell("a\nb") and "\r" not in safe.cell("a\rb")


def test_markdown_inside_a_line_is_text() -> None:
    """Images, links, HTML and emphasis come out escaped, and no bare address is left to be linked."""
    shown = safe.inline("![x](http://evil/p.png) <img src=x> **b** `c` [l](u)")
    assert not re.search(r"(?<!\\)[][!<*`()]", shown) and "http:" not in shown


def test_a_fence_cannot_be_left() -> None:
    """A fence is longer than any run of backticks inside it."""
    block = safe.fence("a\n```\n![x](y)\n````\nb").split("\n")
    assert block[0] == "`````text" and block[-1] == "`````" and len(block) == 7


def test_file_names_are_tame_and_unique() -> None:
    """A file name has no separator, no leading dot and tells letter cases apart."""
    assert safe.file_name("alice") == "alice"
    for odd in ("../../etc/passwd", ".", "..", "", "Alice", "a/b", "con\x00", "é", "x" * 500):
        name = safe.file_name(odd)
        assert "/" not in name and not name.startswith(".") and name.isascii() and 0 < len(name) < 80
    for device in ("con", "CON", "nul", "com1.tar", "lpt9", "Aux"):
        assert safe.file_name(device).partition(".")[0].casefold() not in ("con", "nul", "com1", "lpt9", "aux")
    hashed = safe.file_name("Ann Smith")
    assert len({safe.file_name(text) for text in ("Ann Smith", hashed, hashed[:18], safe.file_name(hashed))}) == 4
    assert len({safe.file_name(text).lower() for text in ("Alice", "alice", "ALICE", "alice ")}) == 4
