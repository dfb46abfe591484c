"""Ask models: cells, conversations, the store and the engine."""
