"""`grader stop`: end the warm background process."""

import click

from grader.base.text import counted


@click.command(short_help="End the warm background process.")
@click.option("--all", "everything", is_flag=True, help="Those of your other environments and checkouts, too.")
def command(everything: bool) -> None:
    """End the process that `grader check` leaves warm for the next check."""
    from grader.server.client import stop

    count = stop(everything)
    click.echo(
        f"stopped {counted(count, 'warm process', 'warm processes')}" if count else "no warm process was running"
    )
