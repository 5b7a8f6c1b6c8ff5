//! What a scalar means to Kubernetes: the rules of go-yaml v2, which kubectl reads manifests with.
//!
//! `sigs.k8s.io/yaml:goyaml.v2/resolve.go` (the same in `go.yaml.in/yaml/v2`). They are YAML 1.1 with Go's number
//! syntax: `yes` is true, `0755` and `0o755` are octal, `1_000` is a thousand, `12:30` and dates stay strings.

use std::borrow::Cow;

/// A scalar's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'s> {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number above `i64::MAX`.
    Uint(u64),
    Float(f64),
    Text(&'s str),
}

/// What a tag asks of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// No tag: a plain scalar says itself what it is.
    None,
    /// `!`, `!!str`, `!!timestamp`, `!!binary` once it is decoded, and every tag go-yaml does not know.
    Str,
    Null,
    Bool,
    Int,
    Float,
}

impl Tag {
    /// The tag as people write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Tag::None | Tag::Str => "!!str",
            Tag::Null => "!!null",
            Tag::Bool => "!!bool",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
        }
    }
}

/// The value of a scalar under a tag; `None` if the text is no such value, which go-yaml refuses.
pub(super) fn resolve(text: &str, plain: bool, tag: Tag) -> Option<Scalar<'_>> {
    match tag {
        Tag::Str => Some(Scalar::Text(text)),
        Tag::None => Some(if plain { implicit(text) } else { Scalar::Text(text) }),
        _ => match (tag, implicit(text)) {
            (Tag::Null, value @ Scalar::Null)
            | (Tag::Bool, value @ Scalar::Bool(_))
            | (Tag::Int, value @ (Scalar::Int(_) | Scalar::Uint(_)))
            | (Tag::Float, value @ Scalar::Float(_)) => Some(value),
            (Tag::Float, Scalar::Int(value)) => Some(Scalar::Float(value as f64)),
            (Tag::Float, Scalar::Uint(value)) => Some(Scalar::Float(value as f64)),
            _ => None,
        },
    }
}

/// The value of a plain scalar without a tag.
pub(super) fn implicit(text: &str) -> Scalar<'_> {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'.') => match special(text) {
            Some(value) => Scalar::Float(value),
            None => float(text).map_or(Scalar::Text(text), Scalar::Float),
        },
        Some(b'+' | b'-' | b'0'..=b'9') => match special(text) {
            Some(value) => Scalar::Float(value),
            None => number(text).unwrap_or(Scalar::Text(text)),
        },
        Some(_) => Scalar::Text(text),
    }
}

fn word(text: &str) -> Scalar<'_> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Text(text),
    }
}

fn special(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// Go's `ParseInt` and `ParseUint` with base 0, then the floats of YAML, then `0b` as go-yaml adds it.
fn number<'s>(text: &str) -> Option<Scalar<'s>> {
    let possible =
        |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'_' | b'.' | b'+' | b'-' | b'x' | b'X' | b'o' | b'O');
    if !text.bytes().all(possible) {
        return None;
    }
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    whole(&plain).or_else(|| float(&plain).map(Scalar::Float)).or_else(|| binary(&plain))
}

fn whole<'s>(text: &str) -> Option<Scalar<'s>> {
    let (signed, negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, true, text.get(1..)?),
        Some(b'+') => (true, false, text.get(1..)?),
        _ => (false, false, text),
    };
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, unsigned.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, unsigned.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, unsigned.get(2..)?),
        [b'0', _, ..] => (8, unsigned.get(1..)?),
        _ => (10, unsigned),
    };
    // `from_str_radix` takes a sign of its own.
    if !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int)
    } else {
        match i64::try_from(magnitude) {
            Ok(value) => Some(Scalar::Int(value)),
            // `ParseUint` takes no sign.
            Err(_) if signed => None,
            Err(_) => Some(Scalar::Uint(magnitude)),
        }
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`; what does not fit a double stays a string.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (unsigned.get(..at)?, Some(unsigned.get(at + 1..)?)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((integer, fraction)) => digits(integer) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|text| digits(text.strip_prefix(['-', '+']).unwrap_or(text)));
    if !(mantissa_fits && exponent_fits) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `0b-1` is -1 to go-yaml: it hands what follows `0b` to Go's `ParseInt`, sign and all.
fn binary<'s>(text: &str) -> Option<Scalar<'s>> {
    let digits = text.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Scalar::Int)
}

/// The string that a scalar becomes as a key, which in JSON is always one; `None` if kubectl refuses such a key.
///
/// `sigs.k8s.io/yaml:yaml.go` (`convertToJSONableObject`).
pub(super) fn key(value: Scalar<'_>) -> Option<Cow<'_, str>> {
    match value {
        Scalar::Null | Scalar::Uint(_) => None,
        Scalar::Text(text) => Some(text.into()),
        Scalar::Bool(value) => Some(if value { "true" } else { "false" }.into()),
        Scalar::Int(value) => Some(value.to_string().into()),
        Scalar::Float(value) => Some(float_key(value).into()),
    }
}

/// Go's `FormatFloat(value, 'g', -1, 32)` with YAML's names for what is no number.
fn float_key(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, Ok(exponent))) = scientific.split_once('e').map(|(left, right)| (left, right.parse::<i32>()))
    else {
        return scientific;
    };
    // With the shortest digits Go decides as for a precision of 6.
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    value.to_string()
}
