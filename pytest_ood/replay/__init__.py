"""Published failures asked again, beside fresh siblings."""
