"""What every room may use and what knows none of them: errors, files, text made safe, isolation."""
