//! Files that planners exchange: Solomon's instances, VRPLIB solutions, and the problem as JSON.
