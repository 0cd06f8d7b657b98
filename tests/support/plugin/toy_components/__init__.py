"""Toy components: numbers travel as metrics artifacts."""
