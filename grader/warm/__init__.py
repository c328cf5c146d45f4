"""A background examiner that keeps a warm zygote between checks: `client` finds or starts it, `server` is it."""
