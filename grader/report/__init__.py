"""`grader report`: a class's submissions taken in, graded, kept in a gradebook, and shown."""
