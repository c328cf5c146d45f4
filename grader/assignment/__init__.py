"""Assignments of other systems as skeletons of exercises: cells become README, stub, solution and tests."""
