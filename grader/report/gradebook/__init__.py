"""What is kept of a class, and how points become grades."""
