"""`grader verify`: the proofs that a suite passes the right code, catches the wrong, and cannot be fooled by nothing."""
