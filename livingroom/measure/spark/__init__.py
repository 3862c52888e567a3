"""Apache Spark as the engine: the same named results on many machines. docs/methods/engines.md explains."""
