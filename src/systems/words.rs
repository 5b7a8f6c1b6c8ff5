//! Conditions and forms of probes in words.

use super::{Condition, Form, Names};

impl Condition {
    /// What has to hold, as a clause.
    pub fn in_words(&self) -> String {
        let mut parts = Vec::new();
        let code = |text: &str| format!("`{text}`");
        if let Some(image) = &self.image {
            parts.push(format!("an image that ends in {}", code(image)));
        }
        if let Some(tag) = &self.tag {
            parts.push(format!("a tag with {}", code(tag.as_str())));
        }
        if let Some(from) = &self.from {
            parts.push(format!("a tag from {} on", code(from)));
        }
        if let Some(before) = &self.before {
            parts.push(format!("a tag before {}", code(before)));
        }
        match (&self.env, &self.value) {
            (Some(name), None) => parts.push(format!("variable {}", code(name))),
            (Some(name), Some(value)) => parts.push(format!("variable {} with {}", code(name), code(value.as_str()))),
            (None, _) => {}
        }
        if let Some(argument) = &self.argument {
            parts.push(format!("command or arguments with {}", code(argument.as_str())));
        }
        if let Some(config) = &self.config {
            parts.push(format!("a ConfigMap with {}", code(config.as_str())));
        }
        for pattern in self.anywhere.iter() {
            parts.push(format!("{} anywhere in the Pod's settings", code(pattern.as_str())));
        }
        if let Some(port) = self.port {
            parts.push(format!("port {port}"));
        }
        if let Some(mount) = &self.mount {
            parts.push(format!("a volume mounted at {}", code(mount.as_str())));
        }
        match self.names {
            Some(Names::EveryPod) => parts.push("every Pod named there".to_owned()),
            Some(Names::NotTheFirst) => parts.push("other Pods named there, not the first".to_owned()),
            Some(Names::TheFirst) => parts.push("the first Pod named there".to_owned()),
            None => {}
        }
        match self.all_read {
            Some(true) => parts.push("nothing hidden in what was not read".to_owned()),
            Some(false) => parts.push("something hidden in what was not read".to_owned()),
            None => {}
        }
        parts.extend(self.not.iter().map(|not| format!("not: {}", not.in_words())));
        parts.join(" and ")
    }
}

impl Form {
    /// How it looks in a manifest.
    pub fn in_words(&self) -> String {
        match self {
            Form::Http { port, path } => {
                let port = port.as_deref().map_or_else(|| "any port".to_owned(), |port| format!("port `{port}`"));
                let path = path.as_ref().map_or_else(|| "any path".to_owned(), |path| format!("`{}`", path.as_str()));
                format!("HTTP, {port}, {path}")
            }
            Form::Tcp { port } => format!("TCP, port `{}`", &**port),
            Form::Command(pattern) => format!("command with `{}`", pattern.as_str()),
        }
    }
}
