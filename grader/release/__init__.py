"""What an instructor hands out: a course folder for learners, without a suite, a solution, a known mistake or a key."""
