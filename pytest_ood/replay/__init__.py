"""Published failures asked again, together with fresh siblings."""
