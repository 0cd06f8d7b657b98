"""Parts of the page of a run: its record, running it again, its errors row by row."""
