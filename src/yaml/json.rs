//! A node as JSON: what kubectl sends.

use serde_json::{Map, Number, Value};

use super::decode::TypeError;
use super::document::Document;
use super::node::{Node, NodeId, NodeKind, integral};
use super::scalar::Scalar;

impl Document {
    /// The JSON that kubectl makes of a node, aliases and `<<` applied. Whole floats become integers.
    ///
    /// # Errors
    /// JSON has no infinity and no NaN.
    pub fn to_json(&self, node: NodeId) -> Result<Value, TypeError> {
        json(self.node(node)).map_err(|number| TypeError {
            node: number.id(),
            path: self.path_between(node, number.id()).unwrap_or_default(),
            message: format!("JSON has no such number as {}", super::quoted(number.text())),
            names: &[],
        })
    }
}

/// Nodes nest no deeper than [`MAX_DEPTH`](super::MAX_DEPTH), aliases followed, so neither does this.
fn json(node: Node<'_>) -> Result<Value, Node<'_>> {
    match node.kind() {
        NodeKind::Sequence => node.items().map(json).collect(),
        NodeKind::Mapping => {
            let mut map = Map::new();
            for (key, value) in node.entries() {
                if let Some(key) = key.key_text() {
                    map.insert(key.into_owned(), json(value)?);
                }
            }
            Ok(Value::Object(map))
        }
        _ => scalar(node),
    }
}

fn scalar(node: Node<'_>) -> Result<Value, Node<'_>> {
    Ok(match node.scalar() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(value)) => value.into(),
        Some(Scalar::Int(value)) => value.into(),
        Some(Scalar::Uint(value)) => value.into(),
        Some(Scalar::Text(text)) => text.into(),
        Some(Scalar::Float(value)) => match integral(value) {
            Some(value) => value.into(),
            None => Value::Number(Number::from_f64(value).ok_or(node)?),
        },
    })
}
