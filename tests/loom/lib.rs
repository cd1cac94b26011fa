//! Nothing: the models are in `tests/budget.rs`.
