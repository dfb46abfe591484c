"""Reports: curves as SVG, and the list of tasks."""
