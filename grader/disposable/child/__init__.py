"""What a disposable child runs: standard library only, one file per task, each with `answer(options, stream)`."""
