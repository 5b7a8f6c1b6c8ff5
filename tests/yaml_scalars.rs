//! Scalars are what kubectl makes of them.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use stslint::yaml::{Document, FieldPath, NodeKind, ProblemKind, Source, split};

fn document(text: &str) -> Document {
    let source = Arc::new(Source::new("test.yaml", text));
    Document::parse(&source, &split(source.text())[0])
}

/// What follows `v: `, and the JSON that Go's `sigs.k8s.io/yaml` 1.6.0, which kubectl reads manifests with, made of it.
const SPELLINGS: &[(&str, &str)] = &[
    ("~", "null"),
    ("null", "null"),
    ("Null", "null"),
    ("NULL", "null"),
    ("", "null"),
    ("nULL", r#""nULL""#),
    ("true", "true"),
    ("True", "true"),
    ("TRUE", "true"),
    ("tRUE", r#""tRUE""#),
    ("yes", "true"),
    ("Yes", "true"),
    ("YES", "true"),
    ("y", "true"),
    ("Y", "true"),
    ("on", "true"),
    ("On", "true"),
    ("ON", "true"),
    ("false", "false"),
    ("no", "false"),
    ("No", "false"),
    ("NO", "false"),
    ("n", "false"),
    ("N", "false"),
    ("off", "false"),
    ("Off", "false"),
    ("OFF", "false"),
    (r#""yes""#, r#""yes""#),
    ("'no'", r#""no""#),
    ("3", "3"),
    ("-3", "-3"),
    ("+3", "3"),
    ("0", "0"),
    ("-0", "0"),
    ("007", "7"),
    ("0755", "493"),
    ("0o755", "493"),
    ("0O17", "15"),
    ("0x1F", "31"),
    ("0XfF", "255"),
    ("-0x10", "-16"),
    ("0b101", "5"),
    ("-0b11", "-3"),
    ("0b-1", "-1"),
    ("0b102", r#""0b102""#),
    ("08", "8"),
    ("09", "9"),
    ("018", "18"),
    ("0_7", "7"),
    ("1_000", "1000"),
    ("1__0", "10"),
    ("_1", r#""_1""#),
    ("1_", "1"),
    ("3.0", "3"),
    ("3.5", "3.5"),
    (".5", "0.5"),
    ("5.", "5"),
    ("-.5", "-0.5"),
    ("+1.5", "1.5"),
    ("1e3", "1000"),
    ("1E3", "1000"),
    ("1e+3", "1000"),
    ("1.5e-3", "0.0015"),
    ("1e", r#""1e""#),
    ("e1", r#""e1""#),
    (".e1", r#"".e1""#),
    ("1e999", r#""1e999""#),
    ("-1e400", r#""-1e400""#),
    ("1_0.5_0", "10.5"),
    ("0x1p3", r#""0x1p3""#),
    ("12:30", r#""12:30""#),
    ("12:30:45", r#""12:30:45""#),
    ("1:2", r#""1:2""#),
    ("2024-01-31", r#""2024-01-31""#),
    ("2024-01-31T10:00:00Z", r#""2024-01-31T10:00:00Z""#),
    ("2001-12-14 21:59:43.10", r#""2001-12-14 21:59:43.10""#),
    ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "9223372036854775808"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("-9223372036854775809", "-9223372036854776000"),
    ("18446744073709551615", "18446744073709551615"),
    ("18446744073709551616", "18446744073709552000"),
    ("+18446744073709551615", "18446744073709552000"),
    ("0xFFFFFFFFFFFFFFFF", "18446744073709551615"),
    ("0x10000000000000000", r#""0x10000000000000000""#),
    ("07777777777777777777777777", "7.777777777777778e+24"),
    ("1.10", "1.1"),
    ("1.20", "1.2"),
    ("10Gi", r#""10Gi""#),
    ("50%", r#""50%""#),
    ("=", r#""=""#),
    ("<<", r#""<<""#),
    ("--", r#""--""#),
    ("+", r#""+""#),
    ("-x", r#""-x""#),
    (".", r#"".""#),
    ("..", r#""..""#),
    ("1.2.3", r#""1.2.3""#),
    ("1,000", r#""1,000""#),
    ("0.1", "0.1"),
    ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ("0x", r#""0x""#),
    ("0b", r#""0b""#),
    ("0o", r#""0o""#),
    ("0xg", r#""0xg""#),
    ("1e1_0", "10000000000"),
    ("1.e5", "100000"),
    ("0e0", "0"),
    ("nan", r#""nan""#),
    ("inf", r#""inf""#),
    (".nana", r#"".nana""#),
    ("Infinity", r#""Infinity""#),
    ("NaN", r#""NaN""#),
    ("001:db8", r#""001:db8""#),
    ("a:b", r#""a:b""#),
    ("!!str 5", r#""5""#),
    ("!!str yes", r#""yes""#),
    (r#"!!int "5""#, "5"),
    ("!!int 0x10", "16"),
    ("!!float 3", "3"),
    (r#"!!float "1.5""#, "1.5"),
    (r#"!!bool "on""#, "true"),
    ("!!null ~", "null"),
    ("!!null ''", "null"),
    ("! 5", r#""5""#),
    ("!custom 5", r#""5""#),
    ("!!binary aGVsbG8=", r#""hello""#),
    ("!!binary /w==", r#""�""#),
    ("!!timestamp 2001-01-01", r#""2001-01-01""#),
    (r#""\u00e9\x41\n""#, r#""éA\n""#),
    ("'it''s'", r#""it's""#),
];

#[test]
fn scalars_are_what_kubectl_makes_of_them() {
    for (spelling, json) in SPELLINGS {
        let document = document(&format!("v: {spelling}\n"));
        assert_eq!(document.problems, [], "{spelling}");
        let value = document.root().unwrap().get("v").unwrap();
        let expected: serde_json::Value = serde_json::from_str(json).unwrap();
        let found = document.to_json(value.id()).unwrap();
        assert_eq!(found, expected, "{spelling}");
        let kind = match expected {
            serde_json::Value::Null => NodeKind::Null,
            serde_json::Value::Bool(_) => NodeKind::Bool,
            serde_json::Value::Number(_) => NodeKind::Number,
            _ => NodeKind::String,
        };
        assert_eq!(value.kind(), kind, "{spelling}");
        assert_eq!(value.as_bool(), expected.as_bool(), "{spelling}");
        assert_eq!(value.as_str(), expected.as_str(), "{spelling}");
        if let Some(number) = expected.as_f64() {
            assert_eq!(value.as_f64(), Some(number), "{spelling}");
        }
        assert_eq!(value.as_i64(), expected.as_i64(), "{spelling}");
    }
}

/// A key, and the key of the JSON that Go made of it.
const KEYS: &[(&str, &str)] = &[
    ("a", "a"),
    ("on", "true"),
    ("y", "true"),
    ("No", "false"),
    ("1", "1"),
    ("0x10", "16"),
    ("1_000", "1000"),
    ("0755", "493"),
    ("1.0", "1"),
    ("1.5", "1.5"),
    ("1e3", "1000"),
    ("1234567.5", "1.2345675e+06"),
    ("123456.5", "123456.5"),
    ("1000000.0", "1e+06"),
    ("0.0001", "0.0001"),
    ("0.00001", "1e-05"),
    ("16777217.0", "1.6777216e+07"),
    ("99999999999999999999", "1e+20"),
    ("-0.0", "-0"),
    (".nan", ".nan"),
    ("2001-01-01", "2001-01-01"),
    ("!!str 1", "1"),
    ("\"<<\"", "<<"),
    ("'~'", "~"),
];

#[test]
fn keys_are_the_strings_that_kubectl_makes_of_them() {
    for (spelling, key) in KEYS {
        let document = document(&format!("{spelling}: v\n"));
        assert_eq!(document.problems, [], "{spelling}");
        let root = document.root().unwrap();
        assert_eq!(document.to_json(root.id()).unwrap(), serde_json::json!({ *key: "v" }), "{spelling}");
        assert_eq!(root.get(key).unwrap().as_str(), Some("v"), "{spelling}");
    }
}

#[test]
fn keys_that_kubectl_refuses_are_problems_and_no_entries() {
    for key in ["~", "?\n", "[a]", "{a: b}", "18446744073709551615"] {
        let document = document(&format!("{key}: v\nb: w\n"));
        let kinds: Vec<_> = document.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Key], "{key}");
        let root = document.root().unwrap();
        assert_eq!(root.entries().len(), 1, "{key}");
        assert_eq!(document.to_json(root.id()).unwrap(), serde_json::json!({"b": "w"}), "{key}");
    }
}

#[test]
fn a_tag_that_does_not_fit_is_refused_as_kubectl_does() {
    for value in ["!!int abc", "!!null x", "!!bool 3", "!!float yes", "!!int 1.5"] {
        let document = document(&format!("v: {value}\n"));
        assert!(document.root().is_none(), "{value}");
        assert_eq!(document.problems[0].kind, ProblemKind::Syntax, "{value}");
    }
}

#[test]
fn json_has_no_infinity() {
    let document = document("a:\n- 1\n- .inf\n");
    let error = document.to_json(document.root().unwrap().id()).unwrap_err();
    assert_eq!(error.path, FieldPath::of("a").index(1));
    assert_eq!(document.node(error.node).text(), ".inf");
}
