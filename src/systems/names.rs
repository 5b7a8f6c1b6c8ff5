//! Texts of the format that have to be something: a version, one of the file's modes, one of its ports.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Version;
use super::review::{Review, Reviewed};
use crate::yaml::FieldPath;

/// Declares a text with a meaning.
macro_rules! text {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name(String);

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

text! {
    /// A version: `3.5`, `v3.5.11`.
    Bound
}

text! {
    /// The name of one of the file's modes.
    ModeName
}

text! {
    /// The name of one of the file's ports.
    PortName
}

impl Reviewed for Bound {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        if Version::read(self).is_none() {
            review.value(at, format!("`{}` is no version", &**self), "a version begins with a number, as in `3.5.11`");
        }
    }
}

impl Reviewed for ModeName {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        review.is_mode(at, self);
    }
}

impl Reviewed for PortName {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        review.is_port(at, self);
    }
}
