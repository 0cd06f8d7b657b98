"""Runs one command: language, exit codes, and errors in place of tracebacks."""

import logging
import os
import sys

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.output import BAD_INPUT, CANCELLED, note, report, report_problems
from inkstone.backend.cli.words import say, take_language
from inkstone.components.errors import INTERNAL, InkstoneError, ProblemList


def run_command(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    arguments = take_language(arguments)
    as_json = "--json" in arguments
    try:
        return _invoke(arguments)
    except InkstoneError as error:
        return report(error, as_json=as_json)
    except ProblemList as problems:
        return report_problems(problems, as_json=as_json)
    except KeyboardInterrupt:
        note(say("已中断。", "Interrupted."))
        return CANCELLED
    except BrokenPipeError:
        # The reader of our output went away, as `inkstone runs | head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        logging.getLogger("inkstone.cli").error("%s", " ".join(arguments[:2]), exc_info=error)
        return report(INTERNAL(summary=f"{type(error).__name__}: {str(error)[:200]}"), as_json=as_json)


def _invoke(arguments: list[str]) -> int:
    import typer

    from inkstone.backend.cli.app import make_app

    try:
        code = make_app()(arguments, standalone_mode=False, prog_name="inkstone")
        return code if isinstance(code, int) else 0
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        note(say("已中断。", "Interrupted."))
        return CANCELLED
    except typer.TyperException as error:
        return _wrong_usage(error, as_json="--json" in arguments)


def _wrong_usage(error: Exception, *, as_json: bool) -> int:
    message = getattr(error, "format_message", lambda: str(error))()
    if type(error).__name__ == "NoArgsIsHelpError":  # `inkstone` alone: the message is the help
        print(message)
        return BAD_INPUT
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "inkstone"
    return report(USAGE(problem=message, command=command), as_json=as_json)
