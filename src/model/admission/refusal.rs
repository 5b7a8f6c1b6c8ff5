//! One thing that is refused.

use crate::yaml::FieldPath;

/// What kind of fault the server names (apimachinery `pkg/util/validation/field/errors.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalKind {
    /// Something is missing.
    Required,
    /// The value is not of the form.
    Invalid,
    /// The value is none of a fixed list.
    Unsupported,
    /// The value occurs twice.
    Duplicate,
    /// The field may not be set here.
    Forbidden,
    /// The value names something that is not there.
    NotFound,
    /// The value is too long.
    TooLong,
    /// The list has too many items.
    TooMany,
}

impl RefusalKind {
    /// The server's words for it.
    pub fn words(self) -> &'static str {
        match self {
            RefusalKind::Required => "Required value",
            RefusalKind::Invalid => "Invalid value",
            RefusalKind::Unsupported => "Unsupported value",
            RefusalKind::Duplicate => "Duplicate value",
            RefusalKind::Forbidden => "Forbidden",
            RefusalKind::NotFound => "Not found",
            RefusalKind::TooLong => "Too long",
            RefusalKind::TooMany => "Too many",
        }
    }
}

/// Something that makes the server refuse an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field, as the manifest writes it; where nothing is written, the field that is missing.
    pub path: FieldPath,
    /// The field that the server's answer names, as it spells it.
    pub named: String,
    /// What kind of fault it is.
    pub kind: RefusalKind,
    /// What the server says of it, after the kind; may be empty.
    pub detail: String,
    /// The same in a few words, for a label.
    pub reason: String,
    /// The values that would do, where there is a fixed list of them.
    pub supported: Vec<&'static str>,
    /// Whether it is the key at the end of the path that is wrong, not the value.
    pub of_key: bool,
    /// Whether the object is taken and the Pods made from it are refused: until 1.33 the server did not look into the
    /// Pod template and the claim templates of a set.
    pub hits_pods: bool,
}
