"""Readers: each turns one kind of file into Arrow batches of the user's columns, without holding the file in memory."""
