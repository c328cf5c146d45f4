"""What a class's answers say about the questions."""
