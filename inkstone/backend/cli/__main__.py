"""``python -m inkstone.backend.cli`` is ``inkstone``."""

from inkstone.backend.cli import main

main()
