"""Turn answers into outcomes, and outcomes into verdicts."""
