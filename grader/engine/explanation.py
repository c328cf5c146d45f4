"""What a learner reads: assertion texts without pytest's own part, exceptions in plain sentences, safe to print."""

import re
import unicodedata

from grader.sandbox.guest.wire import Raised

OUTPUT_LINES = 20
OUTPUT_BYTES = 4096
LONGEST = 20_000  # characters of any one text; nobody reads more, and some patterns below take time squared
SUSPECTS = (
    (r"NotImplementedError", "not written yet: this part of the stub still waits for your code"),
    (r"np\.(Inf|int|float|bool|object)\b|has no attribute '(Inf|int|float|bool)'",
     "np.Inf, np.int and their kin were removed from NumPy; write float('inf'), int, float"),
    (r"InductorError|BackendCompilerFailed|torch\.compile", "the sandbox starts no compiler: leave out torch.compile"),
    (r"EOFError", "nobody answers input() here: give the value in the code"),
    (r"(Qt|Tk|Gtk|Wx|Mac)\w*Agg|Qt binding modules|Cannot load backend|no display name",
     "there is no screen here: leave the choice of a backend to Matplotlib"),
    (r"attempted relative import", "your file is imported by itself: write `from utils import ...` without the dot"),
    (r"(Permission|not permitted)(?s:.*)(num_workers|DataLoader)",
     "the sandbox starts no processes: use DataLoader(..., num_workers=0)"),
    (r"re-initialize CUDA|Torch not compiled with CUDA|No CUDA GPUs|NVIDIA driver|cuda.*not available|CUDA error",
     "this runs on the CPU; do not call .cuda(), move tensors with .to(x.device)"),
    (r"weights_only", "torch.load loads plain tensors only by default; save state_dict(), not the whole module"),
    (r"name resolution|Name or service not known|getaddrinfo failed|nodename nor servname|Max retries exceeded",
     "the sandbox has no network: download nothing, and hand in data beside the file"),
    (r"Permission denied|Operation not permitted|PermissionError",
     "the sandbox has no network, starts no processes and lets code write only into its working folder"),
    (r"No space left on device|File too large", "the working folder is full: save less, or delete files after use"),
    (r"No module named '(matplotlib|torchvision|numpy|torch)", "the course needs this package: run `grader doctor`"),
    (r"No module named 'google|get_ipython", "this belongs to Colab or Jupyter: take the line out of the file"),
    (r"^ImportError: cannot import name .*partially initialized",
     "two files import each other: move what both need into a file that imports neither"),
    (r"^ImportError: cannot import name '(\w+)' from '([\w.]+)'",
     r"`\2` has no `\1` here: check the spelling, and whether it came with another version of the package"),
    (r"No module named ", "neither installed here nor a file beside yours; use torch, torchvision, NumPy, Matplotlib"),
    (r"^SyntaxError: .*expected ':'", "a colon is missing: def, class, if, else, for, while and with end in one"),
    (r"^SyntaxError: .*(was never closed|unexpected EOF)", "a bracket has no partner: count from this line on"),
    (r"^SyntaxError: .*(unmatched|closing parenthesis)", "a bracket closes none, or one of another kind"),
    (r"^SyntaxError: .*unterminated", "a quote is missing: a text ends with the same quote with which it begins"),
    (r"inconsistent use of tabs|unexpected indent|unindent does not match", "the indentation is broken at this line"),
    (r"expected an indented block", "the lines of a block are indented by four spaces; an empty block holds `pass`"),
    (r"null bytes", "the file holds NUL bytes, so it is no plain text; save it as UTF-8"),
    (r"codec can't decode|unknown encoding|encoding declaration", "the file is not in UTF-8; save it as UTF-8"),
    (r"^SyntaxError: ", "Python cannot read this line: see there and above for a colon, bracket, comma, quote"),
    (r"^NameError: name '(\w+)' is not defined",
     r"`\1` has no value here: is it spelled as where it is defined, and imported or defined before this line runs?"),
    (r"^UnboundLocalError: .* variable '(\w+)'",
     r"a function that gives `\1` a value anywhere has a `\1` of its own: give it one before this line reads it"),
)  # fmt: skip


# What helps against a failure whatever the exercise is about, by the kind of the failed comparison.
HINTS = {
    "none": "A function that ends without `return` gives None: does every way through yours return its result?",
    "length": "Return as many values as the docstring lists, in its order.",
    "shape": "Print the shape after each line: which of them makes another one than the docstring says?",
    "dtype": "Keep the dtype that the docstring asks for: new tensors take dtype=x.dtype, NumPy makes float64.",
    "refusal": "Look at the arguments first, and raise the exception that the docstring names.",
    "raised": "The docstring allows this input: which check or which line of yours is too strict?",
}  # fmt: skip
UNPACKING = (
    (r"cannot unpack non-iterable NoneType object", "your code returned None: is a `return` missing?"),
    (r"too many values to unpack \(expected (\d+), got (\d+)\)",
     r"your code returned a tuple of \2, asked for is a tuple of \1"),
    (r"too many values to unpack \(expected (\d+)\)",
     r"your code returned more values than asked for: a tuple of \1 is wanted"),
    (r"not enough values to unpack \(expected (\d+), got (\d+)\)",
     r"your code returned a tuple of \2, asked for is a tuple of \1"),
    (r"cannot unpack non-iterable (\w+) object", r"your code returned one \1, asked for is a tuple"),
    (r"'NoneType' object ", "your code returned None where a value was asked for: is a `return` missing?"),
)  # fmt: skip
ARGUMENTS = r"unexpected keyword argument|positional argument|required keyword-only argument"
NUMPY_SCALAR = re.compile(r"\bnp\.(?:float|int|uint|bool|str)\w*\(([^()]*)\)|\bnp\.(True|False)_")


def plain(text: str) -> str:
    """The text with NumPy's numbers written as Python's."""
    return NUMPY_SCALAR.sub(lambda found: found[1] or found[2] or "", text)


def assertion(text: str) -> str:
    """The author's sentence of a failed assert, without the comparison that pytest appends."""
    sentence = re.split(r"\n\s{0,20}assert ", text[:LONGEST], maxsplit=1)[0].strip()
    return plain(sentence) or "the observation does not fit"


def exception(raised: Raised) -> tuple[str, bool]:
    """The exception with what to do about it, and whether that has nothing to do with the subject of the test."""
    kind = raised.kinds[0].rpartition(".")[2] if raised.kinds else "Exception"
    message = raised.message.strip()
    text = plain(f"{kind}: {message}" if message else kind)
    if not raised.frames and (advice := about_the_interface(kind, message)):  # none of the learner's lines is to blame
        return f"{text}\n{advice}", True
    last_line = raised.frames[-1][3] if raised.frames else ""
    for pattern, advice in SUSPECTS:
        if found := re.search(pattern, f"{kind}: {message}\n{last_line}"):
            return f"{text}\n{found.expand(advice)}", True
    general = ("SyntaxError", "IndentationError", "TabError", "ImportError", "ModuleNotFoundError", "NameError")
    return text, kind in general


def about_the_interface(kind: str, message: str) -> str:
    """What differs from the stub's names, signatures and results where a scenario could not use the learner's code."""
    missing = re.fullmatch(r"module '[^']*' has no attribute '(\w+)'(?:; it defines (.*))?", message)
    if missing:
        has = f"your file defines {listed(missing[2])}" if missing[2] else "your file defines nothing of that kind"
        return f"{has}, asked for is `{missing[1]}`: keep the names of the stub"
    member = re.match(r"'(\w+)' object has no attribute '(\w+)'", message)
    if kind == "AttributeError" and member and member[1] != "NoneType":
        return f"what your code made, a {member[1]}, has no `{member[2]}`: keep the names of the stub"
    for pattern, advice in UNPACKING:
        found = re.search(pattern, message)
        if found:
            return found.expand(advice)
    if kind == "TypeError" and re.search(ARGUMENTS, message):
        return "the signature differs from the stub's; keep the stub's names and order"
    return ""


def listed(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", "))


def printable(text: str) -> str:
    """The text without control, bidi and other invisible characters, which could fool a terminal or a reader."""
    return "".join(c if c in "\n\t" or not suspicious(c) else f"\\x{{{ord(c):x}}}" for c in text[:LONGEST])


def suspicious(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def tail(texts: list[str]) -> str:
    """The last lines that a submission printed, cut and made printable."""
    lines = "".join(texts).replace("\r\n", "\n").splitlines()[-OUTPUT_LINES:]
    text = printable("\n".join(line[:500] for line in lines)).encode("utf-8")
    return text[-OUTPUT_BYTES:].decode("utf-8", "ignore")
