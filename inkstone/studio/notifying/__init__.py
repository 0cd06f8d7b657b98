"""Notices beside every page, and the settings of webhooks."""
