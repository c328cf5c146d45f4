"""The grader in a notebook's kernel: cells are handed in, verdicts are shown; submitted code runs in the sandbox."""
