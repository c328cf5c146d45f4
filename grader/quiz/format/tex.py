"""`$...$` mathematics as one line of Unicode that keeps its grouping: `\\frac{x_i-\\mu}{\\sqrt{\\sigma^2+\\epsilon}}`
becomes `(xᵢ−μ)/√(σ²+ε)`.

The table is small on purpose. A macro outside it raises TexError; `grader quiz lint` tells the author.
"""

import re
from dataclasses import dataclass
from typing import Literal

MAX_DEPTH = 30

Kind = Literal["atom", "fraction", "open", "close", "binary", "comma", "relation", "slash", "function", "large"]


class TexError(ValueError):
    """The text is not mathematics that the table covers; the message says why."""


@dataclass(frozen=True)
class _Piece:
    text: str
    kind: Kind


_SYMBOLS: dict[Kind, str] = {
    "atom": """alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν
        xi ξ pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ
        Psi Ψ Omega Ω infty ∞ nabla ∇ partial ∂ ell ℓ top ᵀ ldots … dots … cdots ⋯ emptyset ∅ forall ∀ exists ∃
        prime ′ % % $ $ # # & & _ _""",
    "binary": "cdot · times × pm ± odot ⊙ oplus ⊕ circ ∘ cup ∪ cap ∩ ast * div ÷",
    "relation": """le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ equiv ≡ propto ∝ in ∈ notin ∉ subset ⊂ to → mapsto ↦
        rightarrow → leftarrow ← Rightarrow ⇒ ll ≪ gg ≫ mid | coloneqq ≔""",
    "open": "{ { lVert ‖ lvert | langle ⟨ lfloor ⌊ lceil ⌈",
    "close": "} } rVert ‖ rvert | rangle ⟩ rfloor ⌋ rceil ⌉",
    "function": """log log ln ln exp exp max max min min arg arg argmax argmax argmin argmin sin sin cos cos tan tan
        tanh tanh det det lim lim Pr Pr""",
    "large": "sum ∑ prod ∏ int ∫",
}
SYMBOLS: dict[str, _Piece] = {
    name: _Piece(text, kind)
    for kind, table in _SYMBOLS.items()
    for name, text in zip(table.split()[::2], table.split()[1::2], strict=True)
}
SYMBOLS |= {name: _Piece(text, "atom") for name, text in (("|", "‖"), (" ", " "), (",", ""), ("quad", "  "))}

_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0304",
    "tilde": "\u0303",
    "vec": "\u20d7",
}
_PLAIN = {"mathbf", "mathrm", "mathit", "boldsymbol", "bm"}
_WORDS = {"text", "operatorname", "mathtt"}
_LETTERS = {
    "mathbb": dict(zip("RNZQCEP1", "ℝℕℤℚℂ𝔼ℙ𝟙", strict=True)),
    "mathcal": dict(zip("LNDBUO", "ℒ𝒩𝒟ℬ𝒰𝒪", strict=True)),
}
MACROS = frozenset(SYMBOLS) | _ACCENTS.keys() | _PLAIN | _WORDS | _LETTERS.keys() | {"frac", "dfrac", "tfrac", "sqrt"}
"""Every macro that can be shown; `\\left` and `\\right` are read and dropped."""

_KINDS: dict[Kind, str] = {
    "open": "([",
    "close": ")]!",
    "binary": "+-*·×",
    "relation": "=<>:≤≥≠≈→∈",
    "comma": ",;",
    "slash": "/",
}
_CHARS = {char: kind for kind, chars in _KINDS.items() for char in chars}

_UPPER = dict(
    zip("0123456789+−=()abcdefghijklmnoprstuvwxyzTβγᵀ*′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵀ*′", strict=True)
) | {"∘": "°"}
_LOWER = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨ", strict=True))

_TOKEN = re.compile(r"\\([A-Za-z]+|.)|([0-9]+(?:\.[0-9]+)?)|(\s+)|(.)", re.DOTALL)


def unicode_math(tex: str) -> str:
    """The mathematics between two dollar signs as Unicode text. Raises TexError."""
    return _joined(_Reader(tex).sequence(0, until=""))


class _Reader:
    def __init__(self, tex: str) -> None:
        matches = [match for match in _TOKEN.finditer(tex) if not match.group(3)]
        self.tex = tex
        self.tokens = [match.group(0) for match in matches]
        self.starts = [match.start() for match in matches]
        self.at = 0

    def sequence(self, depth: int, until: str) -> list[_Piece]:
        """The pieces up to the closing token, which is taken too."""
        if depth > MAX_DEPTH:
            raise TexError("braces are nested too deeply")
        pieces: list[_Piece] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token == until:
                self.at += 1
                return pieces
            if token == "}":
                raise TexError("a `}` closes nothing")
            if token in ("^", "_"):
                self.at += 1
                base = pieces.pop() if pieces else _Piece("", "atom")
                pieces.append(_scripted(base, token, self.argument(depth)))
            else:
                pieces += self.piece(depth)
        if until:
            raise TexError(f"a `{'{' if until == '}' else '['}` does not close")
        return pieces

    def piece(self, depth: int) -> list[_Piece]:
        token = self.tokens[self.at]
        self.at += 1
        if token == "{":
            return self.sequence(depth + 1, "}")
        if token == "\\":
            raise TexError("a backslash stands alone")
        if token.startswith("\\"):
            return self.macro(token[1:], depth)
        if token == "'":
            return [_Piece("′", "close")]
        if token in "&~#%$":
            raise TexError(f"`{token}` cannot be shown")
        return [_Piece("−" if token == "-" else token, _CHARS.get(token, "atom"))]

    def macro(self, name: str, depth: int) -> list[_Piece]:
        if name in ("left", "right"):
            return []
        if name in SYMBOLS:
            return [SYMBOLS[name]]
        if name in ("frac", "dfrac", "tfrac"):
            above, below = self.argument(depth), self.argument(depth)
            return [_Piece(f"{_closed(above, product=True)}/{_closed(below)}", "fraction")]
        if name == "sqrt":
            root = ""
            if self.at < len(self.tokens) and self.tokens[self.at] == "[":
                self.at += 1
                root = _script(_joined(self.sequence(depth + 1, "]")), _UPPER) or ""
            radicand = self.argument(depth)
            simple = len(radicand) == 1 and len(radicand[0].text) == 1
            return [_Piece(f"{root}√{_joined(radicand) if simple else f'({_joined(radicand)})'}", "atom")]
        if name in _ACCENTS:
            text = _joined(self.argument(depth))
            return [_Piece(text + _ACCENTS[name] if len(text) == 1 else f"{name}({text})", "atom")]
        if name in _WORDS:
            return [_Piece(self.words(), "function" if name == "operatorname" else "atom")]
        if name in _PLAIN:
            return [_Piece(_closed(self.argument(depth)), "atom")]
        if name in _LETTERS:
            letter = _joined(self.argument(depth))
            if letter not in _LETTERS[name]:
                raise TexError(f"`\\{name}{{{letter}}}` is not in the table")
            return [_Piece(_LETTERS[name][letter], "atom")]
        raise TexError(f"`\\{name}` is not in the table")

    def argument(self, depth: int) -> list[_Piece]:
        """The next brace group or single token."""
        if depth > MAX_DEPTH:
            raise TexError("arguments are nested too deeply")
        if self.at >= len(self.tokens):
            raise TexError("something is missing at the end")
        if self.tokens[self.at] == "{":
            self.at += 1
            return self.sequence(depth + 1, "}")
        token = self.tokens[self.at]
        if token in ("}", "^", "_"):
            raise TexError(f"something is missing before `{token}`")
        if token[0].isdigit():  # without braces TeX takes one digit: x^12 is x¹2
            self.tokens[self.at : self.at + 1] = filter(None, (token[0], token[1:]))
            self.starts[self.at : self.at + 1] = [self.starts[self.at]] * min(2, len(token))
        return self.piece(depth + 1)

    def words(self) -> str:
        """The next brace group as it stands, spaces and all."""
        try:
            close = self.tokens.index("}", self.at)
        except ValueError:
            close = 0
        if not close or self.tokens[self.at] != "{":
            raise TexError("`\\text` needs {...}")
        words = self.tex[self.starts[self.at] + 1 : self.starts[close]]
        self.at = close + 1
        return words


def _scripted(base: _Piece, token: str, argument: list[_Piece]) -> _Piece:
    """The base with an index or an exponent, small letters where Unicode has them, else `^(...)`."""
    text = _joined(argument)
    script = _script(text, _UPPER if token == "^" else _LOWER)
    if script is None:
        script = token + (text if len(text) == 1 else f"({text})")
    if base.kind == "fraction" or "_" in base.text or "^" in base.text:
        return _Piece(f"({base.text}){script}", "atom")
    return _Piece(base.text + script, base.kind)


def _script(text: str, table: dict[str, str]) -> str | None:
    text = text.replace(" ", "")
    return "".join(table[char] for char in text) if all(char in table for char in text) else None


def _closed(pieces: list[_Piece], product: bool = False) -> str:
    """The pieces as one operand of a fraction, in parentheses where they would fall apart without."""
    text = _joined(pieces)
    alone = len(pieces) == 1 and pieces[0].kind in ("atom", "close")
    if alone or (product and all(piece.kind == "atom" for piece in pieces)) or _enclosed(text):
        return text
    return f"({text})"


def _enclosed(text: str) -> bool:
    """Whether the first parenthesis closes at the very end."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return char == ")" and position == len(text) - 1
    return False


_FACTORS = ("atom", "open", "fraction", "function", "large")


def _joined(pieces: list[_Piece]) -> str:
    """The pieces in a line: a fraction beside a factor gets parentheses, relations and functions get room."""
    line = ""
    for position, piece in enumerate(pieces):
        before = pieces[position - 1].kind if position else ""
        after = pieces[position + 1].kind if position + 1 < len(pieces) else ""
        text = piece.text
        if piece.kind == "fraction" and (
            before in ("atom", "close", "slash", "function", "fraction") or after in (*_FACTORS, "slash")
        ):
            text = f"({text})"
        elif piece.kind == "relation":
            text = (" " if before else "") + text + (" " if after else "")
        elif piece.kind == "comma" and after:
            text += " "
        elif piece.kind in ("function", "large"):
            text = (" " if before in ("atom", "close") else "") + text + (" " if after in ("atom", "large") else "")
        line += text
    return line.strip()
