"""The dataset: a folder of Parquet files with a card; written, read, merged, validated, published."""
