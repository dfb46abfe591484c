"""What a run looks like: curves as SVG."""
