"""The Python worker: one process, one plugin. The page is docs/worker-protocol.md, the reference is src/worker."""
