"""Word lists and patterns: what is looked for in texts word by word."""
