//! Variables from all keys of something (ValidateEnvFrom).

use k8s_openapi::api::core::v1::EnvFromSource;

use super::words::{prefix_flaws, variable_flaws};
use crate::model::admission::forms::flawed;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

pub(super) fn review(sources: &[EnvFromSource], list: &FieldPath, review: &mut Review<'_>) {
    for (number, source) in sources.iter().enumerate() {
        let path = list.clone().index(number);
        if let Some(prefix) = source.prefix.as_deref().filter(|prefix| !prefix.is_empty()) {
            flawed(&path.clone().key("prefix"), variable_flaws(prefix), review);
        }
        let references = [
            ("configMapRef", source.config_map_ref.as_ref().map(|one| one.name.as_str())),
            ("secretRef", source.secret_ref.as_ref().map(|one| one.name.as_str())),
        ];
        for (key, name) in references {
            let place = path.clone().key(key).key("name");
            match name {
                None => {}
                Some("") => {
                    review.required(place, "", "");
                }
                Some(name) => flawed(&place, prefix_flaws(name), review),
            }
        }
        let count = references.iter().filter(|(_, name)| name.is_some()).count();
        let is_patched = references.iter().any(|(key, _)| review.object.is_patched(&path.clone().key(*key)));
        let (detail, reason) = match count {
            _ if is_patched => continue,
            0 => ("must specify one of: `configMapRef` or `secretRef`", "neither `configMapRef` nor `secretRef`"),
            1 => continue,
            _ => ("may not have more than one field specified at a time", "`configMapRef` and `secretRef` at once"),
        };
        // The server names the whole list.
        review.invalid(path.clone(), detail, reason).named(&path, list.to_string());
    }
}
