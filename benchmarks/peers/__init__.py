"""The same submissions graded by this project and by four others, side by side."""
