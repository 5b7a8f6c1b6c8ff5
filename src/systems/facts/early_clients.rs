//! Clients of members that are not ready.

fact! {
    /// Why clients have to reach members that are not ready.
    EarlyClients {
        /// As a clause: `a sealed server is not ready, and who unseals it has to reach it`.
        says: String,
    }
}
