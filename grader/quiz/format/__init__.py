"""Quiz files: read, checked, written and shown."""
