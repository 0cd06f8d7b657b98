"""The ``inkstone`` command over the service."""


def main() -> None:
    """Run the command line and exit with its code: 0 ok, 1 run failed, 2 bad input, 3 cancelled, 4 not found."""
    import sys

    from inkstone.backend.cli.entry import run_command

    sys.exit(run_command(sys.argv[1:]))
