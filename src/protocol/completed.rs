//! The store of completed checkpoints (R22, R23, R27).
