"""Points from answers and keys."""
