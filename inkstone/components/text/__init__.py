"""Work on texts themselves: undoing disguises, word lists, decisions."""
