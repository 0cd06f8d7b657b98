"""One file a page. Streamlit runs a page's file from top to bottom at each visit and each interaction."""
