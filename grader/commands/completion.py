"""`grader completion`: lets the Tab key finish commands, exercises, quizzes and tests."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Let the Tab key finish commands and names.")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print what SHELL needs to finish commands, options, exercises, quizzes and tests at the Tab key.

    \b
    bash: eval "$(grader completion bash)"            in ~/.bashrc
    zsh:  eval "$(grader completion zsh)"             in ~/.zshrc, behind compinit
    fish: grader completion fish > ~/.config/fish/completions/grader.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(click.get_current_context().find_root().command, {}, "grader", "_GRADER_COMPLETE").source())
