"""What an assistant program may ask about a learner's work: `grader mcp`. It gives nothing of the answer away."""
