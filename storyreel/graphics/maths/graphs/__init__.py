"""Pictures of graphs of operations: nodes, arrows, what stands on them, and how one turns into another."""
