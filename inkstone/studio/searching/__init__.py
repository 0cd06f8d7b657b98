"""The page that searches for better settings, and for the best method."""
