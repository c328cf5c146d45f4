"""What an examiner's process must know of a zygote that it shares with others."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A descriptor that is open in the process, and the folder of all scratch folders."""

    descriptor: int
    scratch: str

    def words(self) -> list[str]:
        """As arguments of a command line."""
        return [str(self.descriptor), self.scratch]

    @classmethod
    def read(cls, words: Sequence[str]) -> "Share":
        """The share that `words` describe."""
        return cls(int(words[0]), words[1])
