"""What is shown of datasets in a terminal: pairs of questions and answers, and what changed from one run to another.

Everything is made printable where it becomes a line, so that no answer reaches the terminal as it came.
"""
