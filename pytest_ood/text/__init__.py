"""Text handling: canonical JSON, terminal-safe output and the redaction of secrets."""
