//! Days of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

impl Date {
    /// The day that a number of seconds after 1970 lies in.
    pub fn of_seconds(seconds: u64) -> Date {
        let mut days = seconds / SECONDS_A_DAY;
        // Nobody's clock is beyond the year 9999.
        for year in 1970..=9999 {
            for month in 1..=12 {
                let length = u64::from(length(year, month));
                if days < length {
                    return Date { year, month, day: u8::try_from(days + 1).unwrap_or(u8::MAX) };
                }
                days -= length;
            }
        }
        Date { year: 9999, month: 12, day: 31 }
    }
}

fn length(year: u16, month: u8) -> u8 {
    let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leaps => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_date = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(is_date) {
            return Err("a date is written as in `2027-01-31`".to_owned());
        }
        let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u16>().ok());
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err("no date".to_owned()) };
        let (month, day) = (u8::try_from(month).unwrap_or(0), u8::try_from(day).unwrap_or(0));
        if !(1..=12).contains(&month) {
            return Err(format!("a year has no month {month}"));
        }
        let last = length(year, month);
        if day == 0 || day > last {
            return Err(format!("{year:04}-{month:02} has the days 1 to {last}"));
        }
        Ok(Date { year, month, day })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Date;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_735_689_599, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
            (4_107_542_400, "2100-03-01"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Date::of_seconds(seconds).to_string(), day, "{seconds}");
        }
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        for text in ["2027-01-31", "2028-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in
            ["", "2027-1-31", "31.01.2027", "2027-13-01", "2027-00-01", "2027-02-29", "2100-02-29", "2027-04-31"]
                .into_iter()
                .chain(["2027-01-00", "2027-01-31T00:00:00Z", "20270131", "2027-01-3ä", "+027-01-31", "２027-01-1"])
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!("2027-01-31".parse::<Date>().unwrap() < "2027-02-01".parse().unwrap());
    }
}
