"""Prints and raises what would fool a terminal, a page or a spreadsheet that shows it."""

TEXT = "\x1b[2J\x1b[1;1H\x1b]0;6 of 6 points\x07\u202e\u2066\x9b31m\x00\r<script>alert(1)</script>\n=1+1\n\ud800"


def mean_row(x):
    print(TEXT.encode("utf-8", "replace").decode(), "the payload ran")
    raise ValueError(TEXT)


def best_row(x):
    return TEXT
