"""Components that compare methods on equal terms."""
