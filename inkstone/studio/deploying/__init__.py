"""The page of deployments: what answers requests, how fast, and with what."""
