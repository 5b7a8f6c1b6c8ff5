//! Places and words of a difference: what stands there now, what stood there at the base.

use super::Context;
use crate::finding::{Finding, Place};
use crate::model::Object;
use crate::yaml::{FieldPath, NodeKind};

/// Longer values are not quoted in a label.
const QUOTED: usize = 60;

/// `` was `50Gi` at main ``, for the label at the new value; `default` is what the server fills in for nothing.
pub(in crate::rules) fn was(context: &Context<'_>, base: &Object, path: &FieldPath, default: Option<&str>) -> String {
    let revision = context.base_name();
    let node = context.base.and_then(|inventory| inventory.document_of(base.id).node(base.node).at(path));
    match (node.filter(|node| node.kind() != NodeKind::Null), default) {
        (Some(node), _) => match node.as_str() {
            Some("") => format!("was empty at {revision}"),
            Some(text) if text.chars().count() <= QUOTED && !text.contains('\n') => {
                format!("was `{text}` at {revision}")
            }
            _ if matches!(node.kind(), NodeKind::Number | NodeKind::Bool) => {
                format!("was `{}` at {revision}", node.text())
            }
            _ => format!("was different at {revision}"),
        },
        (None, Some(default)) => format!("was `{default}` at {revision}, by default"),
        (None, None) => format!("was not set at {revision}"),
    }
}

/// The finding with the old place beside the new one.
pub(in crate::rules) fn with_base(finding: Finding, context: &Context<'_>, base: &Object, path: FieldPath) -> Finding {
    finding.related(Place::value(base.id, path).at_base(), format!("as it is at {}", context.base_name()))
}
