"""Makes further training texts out of those at hand."""
