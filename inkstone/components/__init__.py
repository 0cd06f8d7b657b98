"""The palette: what a node is, and the NLP behind it. Knows no web page, no database and no Ray."""
