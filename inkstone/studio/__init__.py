"""Shows it: Streamlit pages over the service, the canvas, Gradio demos, texts in zh and en."""
