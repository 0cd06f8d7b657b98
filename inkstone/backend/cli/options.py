"""Options that many commands share, and the actor of the command line."""

from typing import Annotated

import typer

from inkstone.backend.cli.words import say
from inkstone.backend.service.actor import LOCAL, Actor

Json = Annotated[bool, typer.Option("--json", help=say("以 JSON 输出。", "Print JSON."))]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=1000, help=say("最多显示多少条。", "Show at most this many."))
]
Query = Annotated[str, typer.Option("--query", help=say("名称中包含的文字。", "Part of the name."))]


def opened() -> Actor:
    """Bring the database up to date, and return the local user: whoever may read the home may do everything."""
    from inkstone.backend.store.database import migrate

    migrate()
    return LOCAL
