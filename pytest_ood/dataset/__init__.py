"""Datasets: write, read, merge, validate and publish a folder of Parquet files with a card."""
