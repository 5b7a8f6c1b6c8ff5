//! Where members are listed by name.

use super::*;

fact! {
    /// Where members are told who the others are.
    MemberList {
        /// Patterns whose first group holds Pod names: one match for the whole list, or one for each entry. Searched in
        /// command and arguments, in variables (`NAME=value`) and in ConfigMaps; the first that is found counts.
        found_by: Vec<Pattern>,
        /// Whom it names.
        names: Listed,
        /// Variables and flags that give a member its own name, where each entry of the list is `name=address`.
        #[serde(default)]
        member_named_by: Vec<String>,
        /// What becomes of a member that is not in the list, as a clause that begins with "a member that is not listed".
        unlisted: Option<String>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<ModeName>,
    }
}

/// Whom a list of members names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Listed {
    /// Each member, itself included: one that is missing has no part in it.
    Every,
    /// Some members, whom newcomers ask.
    Some,
}

impl Reviewed for Listed {}

impl Listed {
    /// As it reads after "a list of".
    pub fn in_words(self) -> &'static str {
        match self {
            Listed::Every => "every member",
            Listed::Some => "some members",
        }
    }
}
