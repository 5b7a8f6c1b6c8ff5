//! The examples in a rule's page.

/// A fenced block or several that meet: one example.
#[derive(Debug, Default, Clone)]
pub struct Example {
    pub bad: bool,
    /// Line of the first fence in the page.
    pub line: usize,
    /// What will be applied: name and text.
    pub files: Vec<(String, String)>,
    /// What is there before, where a change is judged.
    pub base: Vec<(String, String)>,
    /// The Kubernetes version that is meant, where it matters.
    pub version: Option<String>,
    /// Other rules that rightly speak.
    pub also: Vec<String>,
}

/// Reads all examples of a page. Blocks with `file=`, `base` or `head` that follow each other, and repeat no name in one
/// state, are one example.
pub fn examples(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut open: Option<(Example, String, String, bool, bool)> = None;
    let mut last_was_named = false;
    for (number, line) in page.lines().enumerate() {
        if let Some((mut example, name, mut text, named, in_base)) = open.take() {
            if line == "```" {
                let joins = named
                    && last_was_named
                    && found.last().is_some_and(|last| {
                        let known = if in_base { &last.base } else { &last.files };
                        last.bad == example.bad && known.iter().all(|(other, _)| *other != name)
                    });
                last_was_named = named;
                if joins {
                    let last = found.last_mut().expect("it joins something");
                    if in_base { &mut last.base } else { &mut last.files }.push((name, text));
                    last.also.append(&mut example.also);
                    last.version = last.version.take().or(example.version);
                } else {
                    if in_base { &mut example.base } else { &mut example.files }.push((name, text));
                    found.push(example);
                }
            } else {
                text.push_str(line);
                text.push('\n');
                open = Some((example, name, text, named, in_base));
            }
        } else if let Some(info) = line.strip_prefix("```yaml ") {
            let mut words = info.split_whitespace();
            let bad = match words.next() {
                Some("bad") => true,
                Some("good") => false,
                other => panic!("line {}: an example is bad or good, not {other:?}", number + 1),
            };
            let mut example = Example { bad, line: number + 1, ..Example::default() };
            let mut name = None;
            let (mut in_base, mut has_state) = (false, false);
            for word in words {
                if word == "base" || word == "head" {
                    (in_base, has_state) = (word == "base", true);
                    continue;
                }
                match word.split_once('=') {
                    Some(("version", value)) => example.version = Some(value.to_owned()),
                    Some(("file", value)) => name = Some(value.to_owned()),
                    Some(("also", value)) => example.also.extend(value.split(',').map(str::to_owned)),
                    _ => panic!("line {}: {word:?} is not known here", number + 1),
                }
            }
            let named = name.is_some() || has_state;
            open = Some((example, name.unwrap_or_else(|| "example.yaml".to_owned()), String::new(), named, in_base));
        } else if line.starts_with('#') {
            last_was_named = false;
        }
    }
    assert!(open.is_none(), "a block is never closed");
    found
}

/// The lines that an example marks with a comment naming the rule: the comment's own line, or the one below when the
/// comment stands alone. A file of the base is called `NAME@base`.
pub fn marked(example: &Example, rule: &str) -> Vec<(String, u64)> {
    let mut marked = Vec::new();
    let base = example.base.iter().map(|(name, text)| (format!("{name}@base"), text));
    for (name, text) in example.files.iter().map(|(name, text)| (name.clone(), text)).chain(base) {
        for (number, line) in text.lines().enumerate() {
            let Some((before, comment)) = line.split_once("# ") else { continue };
            if comment.split_whitespace().any(|word| word == rule) {
                let own_line = before.trim().is_empty();
                marked.push((name.clone(), number as u64 + 1 + u64::from(own_line)));
            }
        }
    }
    marked.sort();
    marked
}
