"""Small networks whose training is known, trained by `examples/training` and run on NumPy.

`model` makes them a `Model`, and `weights` reads one from disk, with the card that describes it. The networks are in
`decoder` and `convolution`. `reading` is the interface of what turns a question into tokens; `automata` does that for
one task.
"""
