//! What `images` makes of the images of a set.
//!
//! Source: kubernetes-sigs/kustomize `api/internal/image/image.go`.

use super::touch::Touch;
use crate::model::kustomization::ImageChange;
use crate::yaml::{FieldPath, Node};

/// Adds the images that change.
pub(super) fn touches(images: &[ImageChange], root: Node<'_>, touches: &mut Vec<Touch>) {
    if images.is_empty() {
        return;
    }
    for list in ["containers", "initContainers"] {
        let path = FieldPath::of("spec.template.spec").key(list);
        let containers = root.at(&path).into_iter().flat_map(Node::items).enumerate();
        for (index, image) in containers.filter_map(|(index, one)| Some((index, one.get("image")?))) {
            let changes = |change: &&ImageChange| change.apply(image.text()).is_some_and(|new| new != image.text());
            if images.iter().any(|change| changes(&change)) {
                touches.push(Touch::unknown(path.clone().index(index).key("image")));
            }
        }
    }
}

/// Changes an image, one change after the other; to its name without a tag where it is not known which of them count.
pub(super) fn apply(images: &[&ImageChange], once: bool, image: &mut String) {
    if once {
        for change in images {
            if let Some(new) = change.apply(image) {
                *image = new;
            }
        }
    } else if images.iter().any(|change| change.apply(image).is_some()) {
        *image = name_of(image).to_owned();
    }
}

impl ImageChange {
    /// The image after this change; `None` for images of other names.
    fn apply(&self, image: &str) -> Option<String> {
        let name = name_of(image);
        if name != self.name {
            return None;
        }
        let name_now = self.new_name.as_deref().unwrap_or(name);
        Some(match (&self.new_tag, &self.digest) {
            (Some(tag), None) => format!("{name_now}:{tag}"),
            (None, Some(digest)) => format!("{name_now}@{digest}"),
            (Some(tag), Some(digest)) => format!("{name_now}:{tag}@{digest}"),
            (None, None) => format!("{name_now}{}", &image[name.len()..]),
        })
    }
}

/// An image without tag and digest.
fn name_of(image: &str) -> &str {
    let last = image.rfind('/').map_or(0, |at| at + 1);
    let end = image[last..].find([':', '@']).map_or(image.len(), |at| last + at);
    &image[..end]
}
