"""Pages of risk control: word lists, reviews, and the demo of decisions."""
