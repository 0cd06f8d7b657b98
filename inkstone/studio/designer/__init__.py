"""The Designer: open a pipeline, edit it on the canvas and in the panel, run it, keep versions."""
