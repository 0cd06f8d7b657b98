"""Where nodes run: in the run process, or on Ray. Executors decide where, never what."""
