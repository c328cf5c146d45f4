"""The warm process that `grader check` leaves behind for the next check."""
