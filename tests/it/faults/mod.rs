//! Faults that the running product has to survive: what goes wrong, what people are told, and what is there afterwards.
