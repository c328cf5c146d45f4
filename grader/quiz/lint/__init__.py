"""What is wrong with a quiz file."""
