"""Models that are asked in worker processes: one process makes about a hundred calls a second through litellm.

    calls       what goes to a worker and what comes back
    answering   in a worker: the real models, which answer the calls
    workers     the pool, which keeps its places filled with workers, and the model that is asked through it
    processes   workers that are processes of this machine
    ray_actors  workers that are actors of a Ray cluster

Pace, budget, retries and the store stay with the process that runs the tests: what it asks through a pool is a model
like any other.
"""

#: More are hardly meant.
MOST_WORKERS = 256
#: What an actor may be given, in Ray's own words.
ACTOR_OPTIONS = (
    "num_cpus",
    "num_gpus",
    "memory",
    "resources",
    "accelerator_type",
    "runtime_env",
    "scheduling_strategy",
)
