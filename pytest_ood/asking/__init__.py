"""What is asked of a model, and how: cells, conversations, the store and the engine."""
