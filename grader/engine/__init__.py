"""The trusted side of grading: from a submission to a record."""
