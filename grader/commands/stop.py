"""`grader stop`: end the warm background process."""

import click


@click.command(short_help="End the warm background process.")
@click.option("--all", "everything", is_flag=True, help="Those of your other environments and checkouts, too.")
def command(everything: bool) -> None:
    """End the process that `grader check` leaves warm for the next check."""
    from grader.server.client import stop

    count = stop(everything)
    click.echo(f"stopped {count} warm process{'es' if count != 1 else ''}" if count else "no warm process was running")
