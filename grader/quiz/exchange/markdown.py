"""HTML -> Markdown, for texts that come from a learning platform: the way back from `grader.quiz.exchange.markup`.

Rendering the Markdown again gives the same HTML for everything `markup.to_html` writes. Of other people's HTML the
words, emphasis, code, lists, links, images and mathematics are kept; scripts, styles and everything else are dropped.
"""

import re
from collections.abc import Sequence

from grader.quiz.exchange.htmltree import BLOCKS, DROPPED, Element, parse

_HEADINGS = {f"h{level}": level for level in range(1, 7)}

_MATH = re.compile(
    r"\\\(((?:(?!\\[()]).)+)\\\)|\\\[((?:(?!\\[\[\]]).)+)\\\]|\$\$((?:(?!\$\$).)+)\$\$", re.DOTALL
)
_SPECIAL = re.compile(
    r"[`*$]|\\(?=[!-/:-@\[-`{-~]|\Z)|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\](?=\()|!(?=\[)", re.ASCII
)
_LINE_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-+\s*$|~~~|\[(?=[^\]]*\]:)|(?<=\d)[.)](?=\s|$)")
_SAFE_LINK = re.compile(r"(https?:|mailto:|(?![A-Za-z][A-Za-z0-9+.-]*:))[^\s<>\\()]*", re.IGNORECASE)


def to_markdown(html: str) -> str:
    """The Markdown of an HTML text; broken HTML is read as far as it makes sense."""
    return "\n\n".join(_blocks(parse(html).children))


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly this text, line breaks kept."""
    return "\n".join(_escape_start(_SPECIAL.sub(r"\\\g<0>", line).strip()) for line in text.split("\n")).strip("\n")


_Node = Element | str


def _blocks(nodes: Sequence[_Node]) -> list[str]:
    """The blocks of a stretch of nodes: paragraphs, lists, code."""
    blocks: list[str] = []
    run: list[_Node] = []

    def flush() -> None:
        if paragraph := _paragraph(run):
            blocks.append(paragraph)
        run.clear()

    for node in nodes:
        if isinstance(node, str) or node.tag not in BLOCKS:
            run.append(node)
            continue
        flush()
        blocks += _block(node)
    flush()
    return blocks


def _block(element: Element) -> list[str]:
    tag = element.tag
    if tag == "pre":
        return _code_block(element)
    if tag in ("ul", "ol"):
        return _list(element)
    if tag == "hr":
        return ["---"]
    if tag == "blockquote":
        quoted = "\n\n".join(_blocks(element.children))
        return ["\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))] if quoted else []
    if tag in _HEADINGS:
        heading = _inline(element.children).replace("\n", " ").strip()
        return [f"{'#' * _HEADINGS[tag]} {heading}"] if heading else []
    if tag == "tr":
        cells = [_paragraph([child]) for child in element.children if isinstance(child, Element)]
        return [" | ".join(cells)] if any(cells) else []
    return _blocks(element.children)


def _code_block(element: Element) -> list[str]:
    code = element.text.removeprefix("\n").removesuffix("\n")
    if not code.strip():
        return []
    inner = [child for child in element.children if isinstance(child, Element)]
    classes = " ".join(part.attributes.get("class", "") for part in (element, *inner[:1]))
    language = re.search(r"\blanguage-([\w+#.-]{1,30})", classes)
    fence = "`" * max(3, _longest_run(code) + 1)
    return [f"{fence}{language[1] if language else ''}\n{code}\n{fence}"]


def _list(element: Element) -> list[str]:
    items = [child for child in element.children if isinstance(child, Element) and child.tag == "li"]
    loose = any(isinstance(part, Element) and part.tag == "p" for item in items for part in item.children)
    start = element.attributes.get("start", "1")
    number = int(start) if re.fullmatch(r"[0-9]{1,9}", start) else 1
    lines = []
    for position, item in enumerate(items):
        marker = f"{number + position}. " if element.tag == "ol" else "- "
        content = ("\n\n" if loose else "\n").join(_blocks(item.children))
        lines.append(marker + content.replace("\n", "\n" + " " * len(marker)))
    text = ("\n\n" if loose else "\n").join(lines)
    return [re.sub(r"\n +(?=\n)", "\n", text)] if lines else []


def _paragraph(nodes: Sequence[_Node]) -> str:
    """One paragraph, with nothing at the start of a line that would make it something else."""
    lines = [line.strip(" \t") for line in _inline(nodes).split("\n")]
    return "\n".join(_escape_start(line) for line in lines if line).removesuffix("\\")


def _escape_start(line: str) -> str:
    digits = re.match(r"\d{1,9}", line)
    found = _LINE_START.match(line, digits.end() if digits else 0)
    return f"{line[: found.start()]}\\{line[found.start() :]}" if found else line


def _inline(nodes: Sequence[_Node]) -> str:
    return "".join(_text(node) if isinstance(node, str) else _span(node) for node in nodes)


def _text(text: str) -> str:
    """A text node: mathematics between `$`, everything else escaped, white space folded as a browser does."""
    text = re.sub(r"[ \t\r\f]*\n\s*", "\n", text)
    text = re.sub(r"[ \t\r\f]+", " ", text)
    parts, end = [], 0
    for found in _MATH.finditer(text):
        formula = next(group for group in found.groups() if group is not None)
        parts += [_SPECIAL.sub(r"\\\g<0>", text[end : found.start()]), _formula(formula)]
        end = found.end()
    return "".join([*parts, _SPECIAL.sub(r"\\\g<0>", text[end:])])


def _formula(formula: str) -> str:
    formula = re.sub(r"(?<!\\)\$", r"\\$", " ".join(formula.split()))
    return f"${formula}$" if formula else ""


def _span(element: Element) -> str:
    tag, attributes = element.tag, element.attributes
    if tag in DROPPED:
        return ""
    if tag == "br":
        return "\\\n"
    if tag == "img":
        return _image(attributes)
    if tag in ("code", "tt", "kbd", "samp"):
        return _code(" ".join(element.text.split("\n")))
    inner = _inline(element.children)
    if tag in ("strong", "b"):
        return _wrapped(inner, "**")
    if tag in ("em", "i"):
        return _wrapped(inner, "_" if inner.startswith("**") else "*")
    if tag in ("sub", "sup") and inner.strip():
        return f"{'^' if tag == 'sup' else chr(92) + '_'}({inner.strip()})"
    if tag == "a" and _SAFE_LINK.fullmatch(attributes.get("href", "")) and attributes["href"] and inner.strip():
        return f"[{inner}]({attributes['href']})"
    return inner


def _wrapped(inner: str, marker: str) -> str:
    """Emphasis, with the white space at its edges moved outside, where Markdown wants it."""
    words = inner.strip()
    if not words:
        return inner
    if marker == "**" and words.startswith("*") and not words.startswith("**") and words.endswith("*"):
        words = f"_{words[1:-1]}_"
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}{marker}{words}{marker}{after}"


def _image(attributes: dict[str, str]) -> str:
    if "equation_image" in attributes.get("class", ""):
        return _formula(attributes.get("data-equation-content") or attributes.get("alt", "").removeprefix("LaTeX:"))
    alt = _SPECIAL.sub(r"\\\g<0>", " ".join(attributes.get("alt", "").split())).replace("]", "\\]")
    source = attributes.get("src", "")
    return f"![{alt}]({source})" if source and _SAFE_LINK.fullmatch(source) else alt


def _code(code: str) -> str:
    if not code.strip():
        return code
    fence = "`" * (_longest_run(code) + 1)
    pad = " " if code[0] in "` " or code[-1] in "` " else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _longest_run(code: str) -> int:
    return max((len(run) for run in re.findall("`+", code)), default=0)
