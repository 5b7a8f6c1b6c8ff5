//! Names of container images.

/// The last segment of an image's name, without registry, path, tag and digest: `etcd` of
/// `mirror.example:5000/coreos/etcd:v3.5@sha256:…`.
pub(super) fn last_segment(image: &str) -> &str {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    let segment = name.rsplit_once('/').map_or(name, |(_, segment)| segment);
    segment.split_once(':').map_or(segment, |(segment, _)| segment)
}
