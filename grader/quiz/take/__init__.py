"""Taking a quiz, and the answers that it leaves."""
