//! Where two values differ.

use serde_json::Value;

use crate::yaml::FieldPath;

/// The paths at which two values differ, each as deep as both sides have it; in the order of the first value, then of
/// the second. A list that changed its length differs as a whole.
pub fn differences(before: &Value, after: &Value) -> Vec<FieldPath> {
    let mut found = Vec::new();
    collect(before, after, &FieldPath::root(), &mut found);
    found
}

fn collect(before: &Value, after: &Value, path: &FieldPath, found: &mut Vec<FieldPath>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let path = path.clone().key(key.clone());
                match after.get(key) {
                    Some(other) => collect(value, other, &path, found),
                    None => found.push(path),
                }
            }
            let added = after.keys().filter(|key| !before.contains_key(*key));
            found.extend(added.map(|key| path.clone().key(key.clone())));
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (value, other)) in before.iter().zip(after).enumerate() {
                collect(value, other, &path.clone().index(index), found);
            }
        }
        (before, after) if before != after => found.push(path.clone()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn differences_are_as_deep_as_both_sides_go() {
        let before = json!({"a": {"b": [1, 2], "c": 1}, "d": [1], "e": 1, "same": {"x": []}});
        let after = json!({"same": {"x": []}, "a": {"b": [1, 3], "n": 1}, "d": [1, 2], "e": {}});
        let found: Vec<String> = differences(&before, &after).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["a.b[1]", "a.c", "a.n", "d", "e"]);
        assert!(differences(&before, &before).is_empty());
    }
}
