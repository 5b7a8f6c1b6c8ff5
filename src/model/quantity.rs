//! Quantities (`10Gi`, `500m`, `1e9`) by their meaning, as `apimachinery/pkg/api/resource/quantity.go` reads them.
//!
//! All arithmetic is exact: on decimal digits, never on floats.

use std::cmp::Ordering;

/// A quantity's value: ± 0.d₁d₂d₃… × 10^point, which makes one form for one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    negative: bool,
    /// Decimal digits without leading and trailing zeros; none for 0.
    digits: Vec<u8>,
    /// Where the decimal point stands, counted from before the first digit.
    point: i64,
}

/// 10^-9: finer values are rounded up when they are read (`quantity.go`, ParseQuantity).
const NANO: i64 = -9;
/// 10^-3: resource lists are rounded up to it when defaults are filled in (`pkg/apis/core/v1/defaults.go`,
/// SetDefaults_ResourceList).
const MILLI: i64 = -3;
/// 2^63 - 1: what is written with a binary suffix is capped at it, and nothing else.
const LARGEST: &[u8] = b"9223372036854775807";
/// So many digits fit an int64 (`math.go`, maxInt64Factors).
const FAST_DIGITS: usize = 18;

impl Quantity {
    /// Reads a quantity; outer blanks are passed over. `None` where the API server refuses the text.
    pub fn parse(text: &str) -> Option<Quantity> {
        let text = text.trim();
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, rest) = digits(unsigned);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => digits(rest),
            None => ("", rest),
        };
        let scale = Scale::of(suffix)?;
        // Without a digit a suffix, a sign or a point stands for 0, but only where ParseQuantity takes its fast path;
        // nothing at all is refused.
        if whole.is_empty() && fraction.is_empty() && (text.is_empty() || !scale.is_fast(1, 0)) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let mut number: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0').collect();
        let mut point = i64::try_from(whole.len()).ok()?;
        match scale {
            Scale::Ten(exponent) => point += exponent,
            Scale::Two(exponent) => {
                let before = number.len();
                for _ in 0..exponent {
                    double(&mut number);
                }
                point += i64::try_from(number.len() - before).ok()?;
            }
        }
        let mut value = Quantity { negative: text.starts_with('-'), digits: number, point };
        value.normalise();
        if !scale.is_fast(whole.len(), fraction.len()) {
            value.round_up(NANO);
            if let Scale::Two(_) = scale {
                value.cap();
            }
        }
        Some(value)
    }

    /// What to say of a text that is no quantity, with those that were most likely meant.
    pub fn words(text: &str) -> String {
        const LONGEST: usize = 40;
        let expected = "a quantity is expected here, as in `500m`, `2` or `10Gi`";
        if text.chars().count() > LONGEST {
            return expected.to_owned();
        }
        let plain: String = text.split_whitespace().collect();
        let bare = plain.trim_end_matches(['b', 'B']);
        let (number, unit) = digits(bare);
        let decimal = match unit {
            "K" => "k".to_owned(),
            _ => unit.to_uppercase(),
        };
        let capital: String = unit.chars().take(1).flat_map(char::to_uppercase).collect();
        let guesses = [plain.clone(), format!("{number}{decimal}"), format!("{number}{capital}i")];
        let fits = |guess: &&String| !number.is_empty() && Quantity::parse(guess).is_some();
        let mut fitting: Vec<String> = guesses.iter().filter(fits).map(|guess| format!("`{guess}`")).collect();
        fitting.dedup();
        match fitting.as_slice() {
            [] => expected.to_owned(),
            all => format!("no quantity; {} would be one", all.join(" or ")),
        }
    }

    /// Nothing.
    pub fn zero() -> Quantity {
        Quantity { negative: false, digits: Vec::new(), point: 0 }
    }

    /// The value as it is stored in a list of resources: rounded up to thousandths.
    #[must_use]
    pub fn stored(mut self) -> Quantity {
        self.round_up(MILLI);
        self
    }

    /// Whether it is greater than 0.
    pub fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// One text for one value, for comparing; not how Kubernetes prints it.
    pub fn canonical(&self) -> String {
        let digits: String = self.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{digits}e{}", self.point)
    }

    /// The value in billionths, which is exact for all that fits.
    pub fn nanos(&self) -> Option<i128> {
        let zeros = usize::try_from(self.point - NANO).ok()?.checked_sub(self.digits.len())?;
        let digits = self.digits.iter().copied().chain(std::iter::repeat_n(0, zeros));
        let mut value: i128 = 0;
        for digit in digits {
            value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        Some(if self.negative { -value } else { value })
    }

    fn normalise(&mut self) {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.point -= zeros as i64;
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            (self.negative, self.point) = (false, 0);
        }
    }

    /// Away from 0, so that something stays something.
    fn round_up(&mut self, exponent: i64) {
        let kept = self.point - exponent;
        let Ok(length) = i64::try_from(self.digits.len()) else { return };
        if self.digits.is_empty() || length <= kept {
            return;
        }
        if kept <= 0 {
            (self.digits, self.point) = (vec![1], exponent + 1);
            return;
        }
        self.digits.truncate(usize::try_from(kept).unwrap_or(0));
        let nines = self.digits.iter().rev().take_while(|digit| **digit == 9).count();
        self.digits.truncate(self.digits.len() - nines);
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => (self.digits, self.point) = (vec![1], self.point + 1),
        }
        self.normalise();
    }

    fn cap(&mut self) {
        let digits = LARGEST.iter().map(|digit| digit - b'0').collect();
        let largest = Quantity { negative: self.negative, digits, point: LARGEST.len() as i64 };
        if self.magnitude(&largest) == Ordering::Greater {
            *self = largest;
        }
    }

    fn magnitude(&self, other: &Quantity) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a suffix multiplies by.
#[derive(Clone, Copy)]
enum Scale {
    Ten(i64),
    Two(u32),
}

impl Scale {
    fn of(suffix: &str) -> Option<Scale> {
        let scale = match suffix {
            "" => Scale::Ten(0),
            "n" => Scale::Ten(-9),
            "u" => Scale::Ten(-6),
            "m" => Scale::Ten(-3),
            "k" => Scale::Ten(3),
            "M" => Scale::Ten(6),
            "G" => Scale::Ten(9),
            "T" => Scale::Ten(12),
            "P" => Scale::Ten(15),
            "E" => Scale::Ten(18),
            "Ki" => Scale::Two(10),
            "Mi" => Scale::Two(20),
            "Gi" => Scale::Two(30),
            "Ti" => Scale::Two(40),
            "Pi" => Scale::Two(50),
            "Ei" => Scale::Two(60),
            _ => Scale::Ten(i64::from(suffix.strip_prefix(['e', 'E'])?.parse::<i32>().ok()?)),
        };
        Some(scale)
    }

    /// Whether ParseQuantity takes its fast path, which neither rounds nor caps.
    fn is_fast(self, whole: usize, fraction: usize) -> bool {
        match self {
            Scale::Ten(exponent) => whole + fraction <= FAST_DIGITS && exponent.saturating_sub(fraction as i64) >= NANO,
            Scale::Two(exponent) => fraction == 0 && whole + (exponent as usize) * 3 / 10 < 15,
        }
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// Doubles a number written in decimal digits.
fn double(digits: &mut Vec<u8>) {
    let mut carry = 0;
    for digit in digits.iter_mut().rev() {
        let doubled = *digit * 2 + carry;
        (*digit, carry) = (doubled % 10, doubled / 10);
    }
    if carry > 0 {
        digits.insert(0, carry);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Quantity;

    fn stored(text: &str) -> Quantity {
        Quantity::parse(text).unwrap_or_else(|| panic!("{text} is a quantity")).stored()
    }

    #[test]
    fn one_value_has_many_spellings() {
        let same = [
            &["10Gi", "10240Mi", "10737418240", "10.0Gi", "+10Gi", " 10Gi ", "0.009765625Ti", "10737418240000m"][..],
            &["1G", "1e9", "1E9", "1E+9", "1000M", "0.001T", "1000000000.000", "01G"],
            &["500m", "0.5", ".5", "5e-1", "500000u", "500000000n"],
            &["0", "0Gi", "-0", "0.000", "0e5", "0Ei", "Gi", "m", "e5", ".", "+", "-.", ".Gi"],
            &["1.5Ti", "1536Gi", "1649267441664"],
            &["0.1m", "1m", "1u", "0.0000000000001"],
            &["1.0000000000001Ti", "1099511627776.11"],
            &["9.9999m", "10m"],
            &["8Ei", "9223372036854775807", "99999999Ei"],
            &["1e30", "1000000000000E"],
            &["1e19", "10E", "0.1e20", "10000P"],
            &["9223372036854775808", "9223372036854775.808k"],
            &["-1Gi", "-1024Mi"],
        ];
        for spellings in same {
            for spelling in spellings {
                assert_eq!(stored(spelling), stored(spellings[0]), "{spelling} and {}", spellings[0]);
            }
        }
    }

    #[test]
    fn values_are_ordered() {
        let rising = ["-1Gi", "-1", "0", "1m", "1", "1023", "1Ki", "1G", "1Gi", "20G", "20Gi", "1T", "1Ti", "1e30"];
        for pair in rising.windows(2) {
            assert!(stored(pair[0]) < stored(pair[1]), "{pair:?}");
        }
        assert!(!stored("0").is_positive() && !stored("-1").is_positive() && stored("1n").is_positive());
    }

    #[test]
    fn billionths_are_exact() {
        let nanos = |text: &str| stored(text).nanos();
        assert_eq!(nanos("0"), Some(0));
        assert_eq!(nanos("1m"), Some(1_000_000));
        assert_eq!(nanos("-1Ki"), Some(-1_024_000_000_000));
        assert_eq!(nanos("8Ei"), Some(9_223_372_036_854_775_807_000_000_000));
        assert_eq!(nanos("1e40"), None);
        assert_eq!(nanos("1e2147483647"), None);
    }

    #[test]
    fn what_the_server_refuses_is_none() {
        let refused = [
            "",
            " ",
            "Pi",
            "e-20",
            "10GB",
            "10gb",
            "10Gb",
            "1K",
            "1ki",
            "10Gi.",
            "10 Gi",
            "1,5Gi",
            "0x10",
            "1e",
            "1e1.5",
            "--1",
            "1e99999999999",
            "ten",
            "1_000",
        ];
        for text in refused {
            assert_eq!(Quantity::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_quantity_that_was_meant_is_named() {
        let cases = [
            ("10GB", "no quantity; `10G` or `10Gi` would be one"),
            ("10Gb", "no quantity; `10G` or `10Gi` would be one"),
            ("1Gib", "no quantity; `1Gi` would be one"),
            ("1K", "no quantity; `1k` or `1Ki` would be one"),
            ("1ki", "no quantity; `1Ki` would be one"),
            ("10 Gi", "no quantity; `10Gi` would be one"),
            ("512mb", "no quantity; `512M` or `512Mi` would be one"),
            ("", "a quantity is expected here, as in `500m`, `2` or `10Gi`"),
            ("ten", "a quantity is expected here, as in `500m`, `2` or `10Gi`"),
            ("1.2.3Gi", "a quantity is expected here, as in `500m`, `2` or `10Gi`"),
        ];
        for (text, words) in cases {
            assert_eq!(Quantity::words(text), words, "{text}");
        }
    }

    #[test]
    fn long_and_huge_numbers_end() {
        let long = "9".repeat(100_000);
        assert_eq!(stored(&format!("{long}Ki")), stored("9223372036854775807"));
        assert!(stored(&long) > stored("1e9999"));
        assert_eq!(stored(&format!("0.{long}")), stored("1"));
        assert_eq!(stored("1e-2147483648"), stored("1m"));
        assert!(stored("1e2147483647") > stored("1E"));
    }
}
