//! Names of Pods that stand in a text letter by letter: set, ordinal and Service, with their places.

use std::ops::{Range, RangeInclusive};

use super::pod_name::{Domain, Pod, pod_name_at};

/// One name, as `etcd-0.etcd.prod.svc` spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodReference {
    /// The Pod's own name.
    pub pod: Range<usize>,
    /// The set's name, which the Pod's begins with.
    pub set: String,
    /// The ordinals: several where a range is written, `minio-{0...3}`.
    pub ordinals: RangeInclusive<i64>,
    /// The Service's name; `None` where a variable stands for it.
    pub service: Option<String>,
    /// Where the Service's name stands, or its variable.
    pub domain: Range<usize>,
    /// The namespace, where one is written.
    pub namespace: Option<String>,
    /// Whether it goes on with `.svc`, as no name outside of a cluster does.
    pub is_qualified: bool,
}

impl PodReference {
    /// From the Pod's name to the Service's.
    pub fn range(&self) -> Range<usize> {
        self.pod.start..self.domain.end
    }

    /// Where the namespace stands.
    pub fn namespace_range(&self) -> Option<Range<usize>> {
        let start = self.domain.end + 1;
        self.namespace.as_ref().map(|namespace| start..start + namespace.len())
    }
}

/// The Pods that a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodReferences {
    /// Those that are written out.
    pub written: Vec<PodReference>,
    /// Those whose Pod a variable alone tells, `$(POD_NAME).etcd`: without a set, and with no ordinal that counts.
    pub filled_in: Vec<PodReference>,
    /// Whether others are made up from variables or counters.
    pub computed: bool,
    /// The sets whose Pods are counted: `web` in `web-$i.web`.
    pub counted: Vec<String>,
}

impl PodReferences {
    /// Looks for names of Pods in a text; lines that are comments are left out.
    pub fn of(text: &str) -> PodReferences {
        let mut found = PodReferences::default();
        for dot in memchr::memchr_iter(b'.', text.as_bytes()) {
            let Some(name) = pod_name_at(text, dot) else { continue };
            let pod = name.start..dot;
            let (set, ordinals) = match name.pod {
                Pod::Of(set) => {
                    let behind = text.get(pod.start + set.len()..pod.end);
                    let Some(ordinals) = behind.and_then(|rest| ordinals(rest.strip_prefix('-')?)) else {
                        found.computed = true;
                        found.counted.push(set);
                        continue;
                    };
                    (set, ordinals)
                }
                Pod::Variable => (String::new(), 0..=0),
            };
            let service = match name.domain {
                Domain::Name(service) => Some(service),
                Domain::Variable(_) => None,
            };
            let mut is_qualified = text[name.end..].starts_with(".svc");
            if let Some(namespace) = &name.namespace {
                is_qualified = text[name.end + 1 + namespace.len()..].starts_with(".svc");
            }
            found.computed |= set.is_empty();
            let names = if set.is_empty() { &mut found.filled_in } else { &mut found.written };
            names.push(PodReference {
                pod,
                set,
                ordinals,
                service,
                domain: dot + 1..name.end,
                namespace: name.namespace,
                is_qualified,
            });
        }
        found
    }
}

/// `0`, `{0..2}`, `{0...2}`; as Kubernetes writes them, without leading zeros.
fn ordinals(text: &str) -> Option<RangeInclusive<i64>> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| number.to_string() == text);
    let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
        return number(text).map(|number| number..=number);
    };
    let (first, last) = inner.split_once("...").or_else(|| inner.split_once(".."))?;
    let (first, last) = (number(first)?, number(last)?);
    // Longer ranges are no list of members.
    (first <= last && last - first < 1_000).then_some(first..=last)
}

#[cfg(test)]
mod tests {
    use super::PodReferences;

    fn read(text: &str) -> (Vec<String>, bool) {
        let found = PodReferences::of(text);
        let in_words = found.written.iter().map(|one| {
            let namespace = one.namespace_range().map_or("", |range| &text[range]);
            let (pod, service) = (&text[one.pod.clone()], &text[one.domain.clone()]);
            format!("{pod}|{}|{}..{}|{service}|{namespace}", one.set, one.ordinals.start(), one.ordinals.end())
        });
        (in_words.collect(), found.computed)
    }

    #[test]
    fn parts_are_found_at_their_places() {
        assert_eq!(
            read("a=http://etcd-0.etcd:2380,http://kv-b-12.kv.prod.svc:1,http://x-1.$(SVC).svc"),
            (
                vec![
                    "etcd-0|etcd|0..0|etcd|".to_owned(),
                    "kv-b-12|kv-b|12..12|kv|prod".to_owned(),
                    "x-1|x|1..1|$(SVC)|".to_owned()
                ],
                false
            )
        );
        assert_eq!(read("http://m-{0...3}.m/data").0, ["m-{0...3}|m|0..3|m|"]);
        assert_eq!(read("http://m-{0..1}.m/data").0, ["m-{0..1}|m|0..1|m|"]);
    }

    #[test]
    fn what_is_made_up_is_told() {
        for text in ["web-$i.web", "$(POD_NAME).web", "web-%d.web", "web-00.web"] {
            assert_eq!(read(text), (vec![], true), "{text}");
        }
        assert_eq!(PodReferences::of("web-$i.web $(POD_NAME).db").counted, ["web"]);
        assert_eq!(read("plain 10.0.0.1 text"), (vec![], false));
    }
}
