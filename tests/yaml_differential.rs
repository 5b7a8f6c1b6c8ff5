//! On simple YAML, where all readers agree by design, the tree says what another reader says, and writes back.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use stslint::yaml::{Document, Source, split};

/// A small deterministic generator (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.roll(if depth == 0 { 6 } else { 10 }) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(self.roll(100_000)),
            3 => json!(self.roll(1_000) as f64 / 8.0 + 0.0625),
            4 | 5 => json!(self.text()),
            6 | 7 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let entries =
                    (0..self.roll(5)).map(|index| (format!("key{index}{}", self.text()), self.value(depth - 1)));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    fn text(&mut self) -> String {
        let words = [
            "", "a", "db-0", "é", "日本", "🚀", "it's", "\"q\"", "a: b", "#", "x # y", "- z", "\\", "\n", "$(A)", "{",
            " ", "yes", "0755", "~",
        ];
        (0..self.roll(4)).map(|_| words[self.roll(words.len())]).collect()
    }

    /// Writes a value in one of the ways that it can be written in.
    fn write(&mut self, value: &Value, indent: usize, out: &mut String) {
        let pad = " ".repeat(indent);
        match value {
            Value::Array(items) if !items.is_empty() && self.roll(4) > 0 => {
                for item in items {
                    write!(out, "\n{pad}-").unwrap();
                    self.write(item, indent + 2, out);
                }
            }
            Value::Object(entries) if !entries.is_empty() && self.roll(4) > 0 => {
                for (key, value) in entries {
                    write!(out, "\n{pad}{}:", json!(key)).unwrap();
                    self.write(value, indent + 2, out);
                }
            }
            Value::String(text) => match self.roll(3) {
                0 if !text.contains('\n') => write!(out, " '{}'", text.replace('\'', "''")).unwrap(),
                1 if !text.trim().is_empty() && !text.starts_with([' ', '\n']) && !text.ends_with('\n') => {
                    write!(out, " |-").unwrap();
                    for line in text.split('\n') {
                        write!(out, "\n{pad}  {line}").unwrap();
                    }
                }
                _ => write!(out, " {value}").unwrap(),
            },
            _ => write!(out, " {value}").unwrap(),
        }
        let is_short = matches!(value, Value::Null | Value::Bool(_) | Value::Number(_));
        if is_short && self.roll(4) == 0 {
            write!(out, " # comment").unwrap();
        }
    }
}

#[test]
fn generated_documents_are_read_as_another_reader_reads_them() {
    let mut dice = Dice(0x5EED);
    let mut bytes = 0;
    for _ in 0..2_000 {
        let value = dice.value(4);
        let mut text = String::new();
        dice.write(&value, 0, &mut text);
        let text = text.trim_start_matches('\n').to_owned() + "\n";
        bytes += text.len();
        let other: Value = yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(other, value, "{text}");

        let source = Arc::new(Source::new("test.yaml", text));
        let document = Document::parse(&source, &split(source.text())[0]);
        assert_eq!(document.problems, [], "{}", source.text());
        let root = document.root().unwrap();
        assert_eq!(document.to_json(root.id()).unwrap(), value, "{}", source.text());
        let decoded = document.decode::<Value>(root.id());
        assert_eq!((decoded.value, decoded.errors.len()), (Some(value), 0), "{}", source.text());
    }
    assert!(bytes > 50_000, "{bytes}");
}
