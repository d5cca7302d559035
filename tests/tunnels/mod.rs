//! Real programs that are told from their start to their end.

mod jiggler;
