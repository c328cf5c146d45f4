"""HTML -> a quiz's Markdown, for texts that come from a learning platform: the way back from `rendering`.

Rendering the Markdown again gives the same HTML for everything `rendering.to_html` writes. Of other people's HTML the
words, emphasis, code, lists, images and mathematics are kept and a link is written out; the rest is dropped.
"""

import re
from collections.abc import Sequence
from itertools import zip_longest

from grader.quiz.exchange.htmltree import BLOCKS, DROPPED, Element, parse
from grader.quiz.exchange.media import Media

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MATH = re.compile(r"\\\(((?:(?!\\[()]).)+)\\\)|\\\[((?:(?!\\[\[\]]).)+)\\\]|\$\$((?:(?!\$\$).)+)\$\$", re.DOTALL)
_SPECIAL = re.compile(r"[`$]|\\(?=[\\`*_{}\[\]()#+\-.!$~|<>]|\Z)|!(?=\[)|\*(?=\*)|(?<=\*)\*|(?<!\w)\*(?=\S|\Z)")
_LINE_START = re.compile(r"#{1,6} |[-*+](?=\s|\Z)|~~~|\||(?<=\d)[.)](?=\s|\Z)")
_LINK = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)

_Node = Element | str


def to_markdown(html: str, media: Media | None = None) -> str:
    """The Markdown of an HTML text; broken HTML is read as far as it makes sense. `media` takes its images."""
    root = parse(media.lift(html) if media else html)
    if media:
        for element in root.walk():
            media.see(element)
    parts, last_line = [], ""
    for block in _blocks(root.children):
        parts += ["\n" if _is_item(last_line) and _is_item(block) else "\n\n", block]
        last_line = block.rpartition("\n")[2]
    return "".join(parts[1:])


def from_plain(text: str) -> str:
    """Plain text as Markdown that shows this text, line by line."""
    return "\n\n".join(filter(None, (_guarded(_inline([line])) for line in text.split("\n"))))


def from_style(text: str, style: str, media: Media | None = None) -> str:
    """The Markdown of a text in one of Moodle's four styles; a style it does not know counts as HTML."""
    if style == "markdown":
        return media.markdown(text) if media else text
    if style in ("plain", "plain_text"):
        return from_plain(text)
    lines_count = style in ("moodle", "moodle_auto_format")
    return to_markdown(text.replace("\n", "<br>\n") if lines_count else text, media)


def _is_item(line: str) -> bool:
    return bool(re.match(r" *(- |\d{1,3}\. )", line))


def _blocks(nodes: Sequence[_Node], level: int = 0) -> list[str]:
    """The blocks of a stretch of nodes: paragraphs, list items, code."""
    blocks: list[str] = []
    run: list[_Node] = []
    for node in [*nodes, Element("br")]:
        if isinstance(node, str) or (node.tag not in BLOCKS and node.tag != "br"):
            run.append(node)
            continue
        if paragraph := _guarded(_inline(run)):
            blocks.append(paragraph)
        run.clear()
        blocks += _block(node, level) if node.tag != "br" else []
    return blocks


def _block(element: Element, level: int) -> list[str]:
    tag = element.tag
    if tag == "pre":
        return _code_block(element.text.removeprefix("\n").removesuffix("\n"))
    if tag in ("ul", "ol"):
        return _list(element, level)
    if tag == "tr":
        cells = [_inline([cell]).strip() for cell in element.elements]
        return [_guarded(" | ".join(cells))] if any(cells) else []
    if tag in _HEADINGS:
        heading = _marked(_inline(element.children).strip(), "**")
        return [heading] if heading else []
    return _blocks(element.children, level)


def _code_block(code: str) -> list[str]:
    if not code.strip():
        return []
    fence = "`" * max(3, _longest_run(code) + 1)
    return [f"{fence}\n{code}\n{fence}"]


def _list(element: Element, level: int) -> list[str]:
    start = element.attributes.get("start", "1")
    number = int(start) if re.fullmatch(r"[0-9]{1,3}", start) else 1
    blocks = []
    for position, item in enumerate(child for child in element.elements if child.tag == "li"):
        marker = f"{min(number + position, 999)}. " if element.tag == "ol" else "- "
        own, *below = _blocks(item.children, level + 1) or [""]
        if own.startswith("```") or _is_item(own):
            blocks += [own, *below]
        elif own:
            blocks += ["  " * min(level, 3) + marker + own, *below]
    return blocks


def _guarded(paragraph: str) -> str:
    """One paragraph on one line, with nothing at its start that would make it something else."""
    line = paragraph.strip()
    digits = re.match(r"\d{1,3}", line)
    found = _LINE_START.match(line, digits.end() if digits else 0)
    return f"{line[: found.start()]}\\{line[found.start() :]}" if found else line


def _inline(nodes: Sequence[_Node]) -> str:
    """The nodes on one line. Emphasis that touches a word, and mathematics before a digit, need another form."""
    parts = [piece for node in nodes for piece in ([*_text(node)] if isinstance(node, str) else [_span(node)]) if piece]
    line: list[str] = []
    before = ""
    for part, following in zip_longest(parts, parts[1:], fillvalue=" "):
        if part.startswith("$") and following[0].isdigit():
            part = f"${part}$"
        elif re.fullmatch(r" ?\*\S[^*]*\* ?", part):
            seams = (before + part[0], part[-1] + following[0])
            part = part.replace("*", "") if any(re.fullmatch(r"[\w*]\*|\*[\w*]", seam) for seam in seams) else part
        line.append(part)
        before = part[-1]
    return "".join(line)


def _text(text: str) -> list[str]:
    """A text node: mathematics between `$`, everything else escaped, white space folded as a browser does."""
    text = re.sub(r"[ \t\n\r\f]+", " ", text)
    parts, end = [], 0
    for found in _MATH.finditer(text):
        formula = next(group for group in found.groups() if group is not None)
        parts += [_escaped(text[end : found.start()]), _formula(formula)]
        end = found.end()
    return [part for part in [*parts, _escaped(text[end:])] if part]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _formula(formula: str) -> str:
    formula = re.sub(r"(?<!\\)\$", r"\\$", " ".join(formula.split()))
    return f"${formula}$" if formula else ""


def _span(element: Element) -> str:
    tag, attributes = element.tag, element.attributes
    if tag in DROPPED:
        return ""
    if tag == "img":
        return _image(attributes)
    if tag in ("code", "tt", "kbd", "samp"):
        return _code(element.text)
    inner = _inline(element.children)
    if tag in ("strong", "b"):
        return _marked(inner, "**")
    if tag in ("em", "i"):
        return _marked(inner, "*")
    if tag in ("sub", "sup") and inner.strip():
        return f"{'^' if tag == 'sup' else '_'}({inner.strip()})"
    href = attributes.get("href", "")
    if tag == "a" and _LINK.fullmatch(href) and inner.strip() not in ("", _escaped(href)):
        return f"{inner} ({_escaped(href)})"
    return f" {inner} " if tag in BLOCKS else inner


def _marked(inner: str, marker: str) -> str:
    """Bold or emphasis where it can stand, around the words rather than the white space at the edges."""
    words = inner.strip()
    if not words or marker in words or "*" in words[0] + words[-1]:
        return inner
    return inner.replace(words, f"{marker}{words}{marker}", 1)


def _image(attributes: dict[str, str]) -> str:
    if "equation_image" in attributes.get("class", ""):
        return _formula(attributes.get("data-equation-content") or attributes.get("alt", "").removeprefix("LaTeX:"))
    alt = " ".join(attributes.get("alt", "").replace("]", ")").split())
    source = attributes.get("src", "")
    is_file = re.fullmatch(r"(?![A-Za-z]+:)[^()\s]+", source)
    return f"![{alt}]({source})" if is_file else _escaped(alt)


def _code(code: str) -> str:
    code = " ".join(code.split("\n"))
    if not code.strip():
        return code
    fence = "`" * (_longest_run(code) + 1)
    pad = " " if code[0] == "`" or code[-1] == "`" else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _longest_run(code: str) -> int:
    return max((len(run) for run in re.findall("`+", code)), default=0)
