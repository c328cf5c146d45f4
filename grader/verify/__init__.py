"""`grader verify`: the proofs that a suite passes the right code and catches the wrong."""
