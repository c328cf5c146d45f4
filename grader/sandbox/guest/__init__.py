"""What runs in the untrusted process. Nothing here imports `grader`: the folder is loaded as a package of its own."""
