//! Names of Pods as people write them into arguments, variables, scripts and URLs.
//!
//! A spelled name is a Pod, a dot, a Service. The Pod is `<set>-<ordinal>` or stands in a variable: `web-0`, `web-$i`,
//! `$(POD_NAME)`, `${HOSTNAME}`, `$(hostname -s)`. The Service is its name or a variable. Before it stands neither a
//! further part of a name nor a single `/`, which makes it a path or an image; behind it the name ends, or goes on as
//! Kubernetes names go on: `.<namespace>`, `.svc`, `.<namespace>.svc` and what follows them.

/// Whose Pod a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pod {
    /// One of this set.
    Of(String),
    /// A variable tells.
    Variable,
}

/// What stands in the Service's place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Domain {
    Name(String),
    /// A variable of this name.
    Variable(String),
}

/// A Pod's name with its domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PodName {
    /// Where it begins and where the Service's part ends.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) pod: Pod,
    pub(super) domain: Domain,
    /// The namespace, where the name goes on with one.
    pub(super) namespace: Option<String>,
}

/// The name whose first dot this is, if one stands there.
pub(super) fn pod_name_at(text: &str, dot: usize) -> Option<PodName> {
    let (domain, end) = domain_after(text, dot + 1)?;
    let namespace = ending(text, end)?;
    let (pod, start) = pod_before(text, dot)?;
    let lone = !is_comment(text, start) && !is_image(&text[..start]);
    lone.then_some(PodName { start, end, pod, domain, namespace })
}

/// What is expanded later is looked for so far back.
const LONGEST_VARIABLE: usize = 200;

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn is_variable_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|&byte| is_name_byte(byte)).count()
}

fn domain_after(text: &str, start: usize) -> Option<(Domain, usize)> {
    let rest = &text[start..];
    let variable = |inner: &str, length: usize| {
        let end = inner.bytes().take_while(|&byte| is_variable_byte(byte)).count();
        let (name, default) = inner.split_at(end);
        let domain = match default.strip_prefix(":-").or(default.strip_prefix('-')) {
            Some(default) if !default.is_empty() && name_length(default) == default.len() => {
                Domain::Name(default.to_owned())
            }
            _ => Domain::Variable(name.to_owned()),
        };
        (!name.is_empty()).then_some((domain, start + length))
    };
    if let Some(inner) = rest.strip_prefix("$(") {
        let inner = &inner[..inner.find(')')?];
        return inner.bytes().all(is_variable_byte).then(|| variable(inner, inner.len() + 3)).flatten();
    }
    if let Some(inner) = rest.strip_prefix("${") {
        let inner = &inner[..inner.find('}')?];
        return variable(inner, inner.len() + 3);
    }
    if let Some(inner) = rest.strip_prefix('$') {
        let inner = &inner[..inner.bytes().take_while(|&byte| is_variable_byte(byte)).count()];
        return variable(inner, inner.len() + 1);
    }
    let length = name_length(rest);
    let ends = !rest[length..].starts_with(['_', '$', '{', '%']);
    (length > 0 && ends).then(|| (Domain::Name(rest[..length].to_owned()), start + length))
}

/// The namespace behind a Service's name; `None` when something follows that makes it no name of this cluster.
fn ending(text: &str, end: usize) -> Option<Option<String>> {
    let Some(rest) = text[end..].strip_prefix('.') else { return Some(None) };
    let label = &rest[..name_length(rest)];
    // A variable, or the end of a sentence.
    if label.is_empty() || label == "svc" {
        return Some(None);
    }
    let is_svc = |rest: &str| name_length(rest) == 3 && rest.starts_with("svc");
    match rest[label.len()..].strip_prefix('.') {
        Some(more) if name_length(more) > 0 && !is_svc(more) => None,
        _ => Some(Some(label.to_owned())),
    }
}

/// The Pod whose name ends at this dot, and where it begins.
fn pod_before(text: &str, dot: usize) -> Option<(Pod, usize)> {
    let bytes = text.as_bytes();
    let mut start = dot;
    let mut leftmost_variable = None;
    while start > 0 {
        let before = &text[..start];
        let word = before.bytes().rev().take_while(|&byte| is_name_byte(byte) || byte == b'_').count();
        let behind = start - word;
        if word == 0 {
            let Some(open) = variable_before(before) else { break };
            (start, leftmost_variable) = (open, Some(open));
        } else if behind > 0 && matches!(bytes[behind - 1], b'$' | b'%') {
            (start, leftmost_variable) = (behind - 1, Some(behind - 1));
        } else {
            // What follows a variable is an ordinal.
            let ends = leftmost_variable.is_some() || start < dot || ordinal(&before[behind..]).is_some();
            start = behind;
            if !ends {
                return None;
            }
        }
    }
    // The letter of an escape in a quoted text: `\nweb-0`.
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes[start], b'n' | b't' | b'r') {
        start += 1;
    }
    let pod = match leftmost_variable {
        Some(at) if at <= start => Pod::Variable,
        Some(at) => Pod::Of(text[start..at].strip_suffix('-').filter(|name| is_set_name(name))?.to_owned()),
        None => Pod::Of(ordinal(&text[start..dot]).filter(|name| is_set_name(name))?.to_owned()),
    };
    let before = &text[..start];
    let is_path = before.ends_with('/') && !before.ends_with("//") && !before.ends_with("/\\/");
    (!is_path && !before.ends_with(['.', '_'])).then_some((pod, start))
}

/// What stands before `-<digits>` at the end; empty behind a variable.
fn ordinal(word: &str) -> Option<&str> {
    let (name, ordinal) = word.rsplit_once('-')?;
    (!ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

fn is_set_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_name_byte)
}

/// Where the variable, command or range begins that ends a text.
fn variable_before(before: &str) -> Option<usize> {
    let from = before.len().saturating_sub(LONGEST_VARIABLE);
    let from = (from..=before.len()).find(|&at| before.is_char_boundary(at))?;
    let line = before[from..].rfind('\n').map_or(from, |at| from + at + 1);
    let near = &before[line..];
    let open = if near.ends_with(')') {
        near.rfind("$(")?
    } else if near.ends_with("}}") {
        near.rfind("{{")?
    } else if near.ends_with('}') {
        let open = near.rfind('{')?;
        let is_range =
            near[open + 1..near.len() - 1].bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte));
        match near[..open].ends_with('$') {
            true => open - 1,
            false if is_range => open,
            false => return None,
        }
    } else {
        near.strip_suffix('`')?.rfind('`')?
    };
    Some(line + open)
}

/// Whether a position lies on a line that is a comment as a whole.
fn is_comment(text: &str, position: usize) -> bool {
    let line = text[..position].rfind('\n').map_or(0, |at| at + 1);
    text[line..position].trim_start().starts_with('#')
}

/// Whether what follows is the value of a key `image`.
fn is_image(before: &str) -> bool {
    let blank = |character: char| matches!(character, ' ' | '\t' | '"' | '\'');
    let Some(key) = before.trim_end_matches(blank).strip_suffix(':') else { return false };
    let Some(rest) = key.trim_end_matches(blank).strip_suffix("image") else { return false };
    !rest.ends_with(|character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::{Domain, Pod, pod_name_at};

    fn read(text: &str) -> Option<String> {
        let dots = text.match_indices('.');
        let name = dots.into_iter().find_map(|(dot, _)| pod_name_at(text, dot))?;
        let pod = match name.pod {
            Pod::Of(set) => set,
            Pod::Variable => "*".to_owned(),
        };
        let domain = match name.domain {
            Domain::Name(name) => name,
            Domain::Variable(name) => format!("${name}"),
        };
        let namespace = name.namespace.map_or_else(String::new, |namespace| format!(" in {namespace}"));
        Some(format!("{}: {pod} of {domain}{namespace}", &text[name.start..name.end]))
    }

    #[test]
    fn knows_pods_by_ordinal_and_by_variable() {
        for (text, expected) in [
            ("http://etcd-0.etcd", "etcd-0.etcd: etcd of etcd"),
            ("a=etcd-cluster-12.etcd:2380,", "etcd-cluster-12.etcd: etcd-cluster of etcd"),
            ("\"etcd-0.etcd\"", "etcd-0.etcd: etcd of etcd"),
            ("http:\\/\\/etcd-0.etcd", "etcd-0.etcd: etcd of etcd"),
            ("\\netcd-0.etcd", "etcd-0.etcd: etcd of etcd"),
            ("u:p@db-0.db/x", "db-0.db: db of db"),
            ("//$(POD_NAME).web", "$(POD_NAME).web: * of web"),
            ("\"${HOSTNAME##*-}.web", "${HOSTNAME##*-}.web: * of web"),
            ("x $HOST.web", "$HOST.web: * of web"),
            ("=$(hostname -s).web", "$(hostname -s).web: * of web"),
            ("=`hostname`.web", "`hostname`.web: * of web"),
            ("$(hostname).web.$NS.svc", "$(hostname).web: * of web"),
            ("$(POD_NAME).$(SVC)", "$(POD_NAME).$(SVC): * of $SVC"),
            ("${HOSTNAME}.${SVC:-web}", "${HOSTNAME}.${SVC:-web}: * of web"),
            ("$HOSTNAME.$SVC", "$HOSTNAME.$SVC: * of $SVC"),
            ("web-$i.web", "web-$i.web: web of web"),
            ("web-${i}.web", "web-${i}.web: web of web"),
            ("web-{0..2}.web", "web-{0..2}.web: web of web"),
            ("web-%d.web", "web-%d.web: web of web"),
            ("${STS}-0.web", "${STS}-0.web: * of web"),
            ("web-0.web.prod", "web-0.web: web of web in prod"),
            ("web-0.web.prod.svc.cluster.local", "web-0.web: web of web in prod"),
            ("web-0.web.svc.cluster.local", "web-0.web: web of web"),
            ("see web-0.web. Then", "web-0.web: web of web"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_names() {
        for text in [
            "www.web",
            "etcd-a.etcd",
            "v1-.web",
            "-0.web",
            "f(x).web",
            ".",
            "a_b-0.web",
            "x.web-0.web",
            "/var/log/app-0.log",
            "./app-0.log",
            "registry/app-0.web:1",
            "image: app-0.web:1",
            "{\"image\":\"app-0.web:1\"}",
            "/data/$(POD_NAME).db",
            "web-0.web_x",
            "web-0.web.example.com",
            "web-0.web.tar.gz",
            "  # web-0.web",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
