"""Quizzes: read, taken, scored, analysed, exchanged."""
