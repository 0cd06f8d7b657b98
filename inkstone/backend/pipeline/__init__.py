"""The graph document: reading, checking, editing, planning, fingerprinting. Pure functions."""
