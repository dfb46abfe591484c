"""What the tests of several families draw."""


def pairs(task, params, count=1000):
    """The first cases of both arms."""
    return [(task.draw({**params, **task.control}, 0, draw), task.draw(params, 0, draw)) for draw in range(count)]
