"""FastAPI handlers of five to ten lines over the service."""

from inkstone.backend.api.app import create_api

__all__ = ["create_api"]
