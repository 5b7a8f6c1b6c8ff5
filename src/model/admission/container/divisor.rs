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

pub(super) fn review(selector: &ResourceFieldSelector, path: &FieldPath, review: &mut Review<'_>) {
    let resource = selector.resource.as_str();
    let is_huge = HUGE_PAGES.iter().any(|prefix| resource.starts_with(prefix));
    let is_known = RESOURCES.contains(&resource) || is_huge;
    if resource.is_empty() {
        review.required(path.clone().key("resource"), "", "");
    } else if !is_known {
        review.unsupported(path.clone().key("resource"), RESOURCES);
    }
    let Some(divisor) = selector.divisor.as_ref().filter(|_| is_known) else { return };
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
