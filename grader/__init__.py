"""Auto-graded PyTorch exercises."""
