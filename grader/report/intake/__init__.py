"""From what the LMS gave to submissions with owner, exercise and time."""
