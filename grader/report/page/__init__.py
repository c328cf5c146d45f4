"""What people read of a class: page, feedback, files for the LMS."""
