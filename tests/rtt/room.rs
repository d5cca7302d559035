//! The lab of ways: laptops and a collector with kilometers between them.
//!
//! Each machine is a network name space with the kernel's own TCP; each wire
//! between two of them is a pair of TUN interfaces, and [`router`] carries the
//! packets from one to the other, later, unevenly, and not all of them.
//! [`scenario`] says which machines and wires there are and what should be
//! found; [`geometry`] computes what would take a million laptops.

pub mod leg;
pub mod space;
pub mod router;
pub mod relay;
pub mod course;
pub mod scenario;
pub mod measure;
pub mod verdict;
pub mod geometry;
