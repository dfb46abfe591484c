"""Asking through files: those of a batch API, or for `vllm run-batch`.

batching    a run: what came back is read before the engine runs, what it needs next is written after
gathering   stands in for the callers of the engine: writes what the store cannot answer
receiving   reads answers, whoever wrote them
files       the files, a line a question or an answer
records     what the store knows of the files and of the questions in them
"""
