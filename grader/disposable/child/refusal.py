"""How a task says no."""


class Refused(Exception):
    """The data cannot be taken; the text is a sentence about the file, without its subject ("is no zip file")."""
