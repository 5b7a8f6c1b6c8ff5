//! What a finding proposes, as data: help texts are written from it, tests apply it, an editor can offer it.

use serde_json::Value;

use crate::model::ObjectId;
use crate::yaml::FieldPath;

/// A change that mends what a finding says.
#[derive(Clone, Debug, PartialEq)]
pub enum Proposal {
    /// Set a field of an object to a value; missing parents are created.
    Set {
        /// The object.
        object: ObjectId,
        /// The field.
        path: FieldPath,
        /// Its new value.
        value: Value,
    },
    /// Remove a field of an object.
    Remove {
        /// The object.
        object: ObjectId,
        /// The field.
        path: FieldPath,
    },
    /// Add an object to the input, beside another.
    Create {
        /// The object beside which it belongs.
        beside: ObjectId,
        /// The whole new object.
        manifest: Value,
    },
    /// Run these commands, in order.
    Run {
        /// The command lines, comments included.
        commands: Vec<String>,
    },
}

/// One piece of advice.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// The sentence that says what to do; ends with a colon when a proposal follows.
    pub lead: String,
    /// What to change, together; none where only the reader can know. Tests apply all of them at once.
    pub proposals: Vec<Proposal>,
}
