"""What a learner is told: assertion texts without pytest's own part, exceptions in plain sentences, safe to print."""

import re
import unicodedata

from grader.sandbox.wire import Raised

OUTPUT_LINES = 20
OUTPUT_BYTES = 4096
LONGEST = 20_000  # characters of any one text; nobody reads more, and some patterns below take time squared
SUSPECTS = (
    (r"NotImplementedError", "not written yet: this part of the stub still waits for your code"),
    (r"np\.(Inf|int|float|bool|object)\b|has no attribute '(Inf|int|float|bool)'",
     "np.Inf, np.int and their kin were removed from NumPy; write float('inf'), int, float"),
    (r"Torch not compiled with CUDA|No CUDA GPUs|NVIDIA driver|cuda.*not available|CUDA error",
     "this runs on the CPU; do not call .cuda(), move tensors with .to(x.device)"),
    (r"weights_only", "torch.load loads plain tensors only by default; save state_dict(), not the whole module"),
    (r"Permission denied|Operation not permitted|PermissionError",
     "the sandbox has no network, starts no processes and lets code write only into its working folder"),
    (r"No space left on device|File too large", "the working folder is full: save less, or delete files after use"),
    (r"unexpected keyword argument|positional argument",
     "the signature differs from the stub's; keep the stub's names and order"),
    (r"inconsistent use of tabs|unexpected indent|unindent does not match", "the indentation is broken at this line"),
    (r"null bytes", "the file holds NUL bytes, so it is no plain text; save it as UTF-8"),
    (r"codec can't decode|unknown encoding|encoding declaration", "the file is not in UTF-8; save it as UTF-8"),
)  # fmt: skip


def assertion(text: str) -> str:
    """The author's sentence of a failed assert, without the comparison that pytest appends."""
    return re.split(r"\n\s{0,20}assert ", text[:LONGEST], maxsplit=1)[0].strip() or "the observation does not fit"


def exception(raised: Raised) -> str:
    """The exception and, for the usual suspects, what to do about it."""
    kind = raised.kinds[0].rpartition(".")[2] if raised.kinds else "Exception"
    message = raised.message.strip()
    text = f"{kind}: {message}" if message else kind
    missing = re.fullmatch(r"module '\w+' has no attribute '(\w+)'", message)
    if missing and not raised.frames:  # the test asked for it, none of the learner's lines did
        return f"{text}\nyour file has no `{missing[1]}`: keep the names of the stub"
    for pattern, advice in SUSPECTS:
        if re.search(pattern, f"{kind}: {message}"):
            return f"{text}\n{advice}"
    return text


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
