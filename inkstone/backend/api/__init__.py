"""FastAPI handlers of five to ten lines over the service."""
