//! `$(NAME)` in commands and variables, read as the kubelet reads it.
//!
//! Source: kubernetes/kubernetes `third_party/forked/golang/expansion/expand.go`.

use std::ops::Range;

/// A reference that Kubernetes looks up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Reference<'t> {
    /// What stands between the parentheses, whatever it is.
    pub(in crate::rules) name: &'t str,
    /// All of it, `$(` and `)` included.
    pub(in crate::rules) range: Range<usize>,
}

/// The references of a text: from `$(` to the next `)`, where `$$` stands for one `$` and what is not closed is text.
pub(in crate::rules) fn references(text: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|offset| at + offset) {
        let rest = &text[dollar + 1..];
        if rest.starts_with('$') {
            at = dollar + 2;
        } else if let Some((name, _)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            let end = dollar + 2 + name.len() + 1;
            found.push(Reference { name, range: dollar..end });
            at = end;
        } else {
            at = dollar + 1;
        }
    }
    found
}

impl Reference<'_> {
    /// Whether the text in parentheses can only be meant as a variable: `POD_NAME`, and no command such as `hostname`.
    pub(in crate::rules) fn is_loud(&self) -> bool {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        self.name.bytes().all(fits) && self.name.bytes().next().is_some_and(|first| first.is_ascii_uppercase())
    }

    /// Whether it has the form of a variable that is not one plain word: `POD_NAME`, `pod_name`, `podName`.
    pub(in crate::rules) fn is_variable(&self) -> bool {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let starts = self.name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
        starts && self.name.bytes().all(fits) && self.name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_')
    }
}

#[cfg(test)]
mod tests {
    use super::references;

    fn names(text: &str) -> Vec<&str> {
        references(text).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn references_are_read_as_the_kubelet_reads_them() {
        assert_eq!(names("--name=$(POD_NAME).$(NS)"), ["POD_NAME", "NS"]);
        assert_eq!(names("$$(POD_NAME) $$$(A) $$$$(B)"), ["A"]);
        assert_eq!(names("$POD ${POD} $(open"), Vec::<&str>::new());
        assert_eq!(names("$(open $(A)"), ["open $(A"]);
        assert_eq!(names("$"), Vec::<&str>::new());
        assert_eq!(names("ä$(Ä)"), ["Ä"]);
        let text = "ä$(Ä)b";
        assert_eq!(&text[references(text)[0].range.clone()], "$(Ä)");
    }

    #[test]
    fn words_are_commands_and_capitals_variables() {
        let of = |text: &'static str| references(text).remove(0);
        assert!(of("$(POD_NAME)").is_loud() && of("$(POD_NAME)").is_variable());
        assert!(!of("$(podName)").is_loud() && of("$(podName)").is_variable());
        for text in ["$(hostname)", "$(hostname -f)", "$(Build.BuildId)", "$()", "$(1)"] {
            assert!(!of(text).is_variable(), "{text}");
        }
    }
}
