//! References to a container's resources (validateContainerResourceFieldSelector, validateContainerResourceDivisor).

use k8s_openapi::api::core::v1::ResourceFieldSelector;

use crate::model::Quantity;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const HUGE_PAGES: [&str; 2] = ["requests.hugepages-", "limits.hugepages-"];

pub(in crate::model::admission) fn review(selector: &ResourceFieldSelector, path: &FieldPath, review: &mut Review<'_>) {
    let resource = selector.resource.as_str();
    if resource.is_empty() {
        review.required(path.clone().key("resource"), "", "");
    } else if !is_known(resource) {
        review.unsupported(path.clone().key("resource"), RESOURCES);
    }
    review_divisor(selector, path, review);
}

fn is_known(resource: &str) -> bool {
    RESOURCES.contains(&resource) || HUGE_PAGES.iter().any(|prefix| resource.starts_with(prefix))
}

/// What the amount is divided by.
pub(in crate::model::admission) fn review_divisor(
    selector: &ResourceFieldSelector,
    path: &FieldPath,
    review: &mut Review<'_>,
) {
    let resource = selector.resource.as_str();
    let Some(divisor) = selector.divisor.as_ref().filter(|_| is_known(resource)) else { return };
    let of_cpu = resource.ends_with(".cpu");
    if review.is_unknowable(&path.clone().key("resource")) || is_divisor(&divisor.0, of_cpu) {
        return;
    }
    let (detail, reason) = match of_cpu {
        true => ("only divisor's values 1m and 1 are supported with the cpu resource".to_owned(), "1 or 1m for cpu"),
        false => {
            let kind = match resource.rsplit('.').next() {
                Some("memory") => "memory",
                Some("ephemeral-storage") => "local ephemeral storage",
                _ => "hugepages",
            };
            let detail = format!(
                "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the \
                 {kind} resource"
            );
            (detail, "1 or one unit, such as 1Mi")
        }
    };
    review.invalid(path.clone().key("divisor"), detail, reason);
}

/// Whether the server prints it as one of the units: one with a decimal suffix stays decimal, 1024 is no Ki. 0 is none.
fn is_divisor(text: &str, of_cpu: bool) -> bool {
    // A number of so many digits the server does not hold against the list.
    if text.bytes().filter(u8::is_ascii_digit).count() > 18 {
        return true;
    }
    let Some(value) = Quantity::parse(text) else { return true };
    let is_exponent = text.trim().contains(['e', 'E']) && !text.trim().ends_with(['E', 'i']);
    let units: &[&str] = match () {
        () if is_exponent => &[],
        () if text.trim().ends_with('i') && of_cpu => &["1"],
        () if text.trim().ends_with('i') => &["1", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
        () if of_cpu => &["1", "1m"],
        () => &["1", "1k", "1M", "1G", "1T", "1P", "1E"],
    };
    value == Quantity::zero() || units.iter().any(|unit| Quantity::parse(unit).as_ref() == Some(&value))
}
