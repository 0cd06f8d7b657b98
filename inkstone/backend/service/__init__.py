"""What a user may do: one module a noun; every permission check is here."""
