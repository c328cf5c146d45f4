"""The trusted side of the sandbox: finds the tier, starts zygotes, asks examinees, reads what they send."""
