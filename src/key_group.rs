//! Key groups (R76): pure arithmetic, for routing and rescaling. Flink: `KeyGroupRangeAssignment`, `MathUtils`.
