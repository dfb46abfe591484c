"""A store file written by the first edition, and the suite that wrote it. See README.md."""
