//! Whether charts and kustomizations are rendered first, and with what.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::rendered::Wanted;
use crate::model::Version;

#[derive(Debug, Args)]
pub(super) struct Rendering {
    /// Render what is found below the paths, and judge that: charts with your `helm`, kustomizations that no other one
    /// includes with your `kustomize` or `kubectl`. Runs these programs on what lies there; never opens the network.
    #[arg(long)]
    render: bool,
    /// Values for the charts, as of `helm template --values`. Default: each of a chart's `ci/*-values.yaml` in turn, else
    /// its own values alone.
    #[arg(long, value_name = "FILE", requires = "render")]
    values: Vec<PathBuf>,
    /// How long one chart or kustomization may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "render",
        value_parser = clap::value_parser!(u16).range(1..))]
    render_timeout: u16,
}

impl Rendering {
    /// Whether anything is rendered.
    pub(super) fn is_asked(&self) -> bool {
        self.render
    }

    /// The files of values that were named.
    pub(super) fn values(&self) -> &[PathBuf] {
        &self.values
    }

    /// What is to be rendered; `version` is the cluster's.
    pub(super) fn wanted(&self, version: Version, verbose: bool) -> Option<Wanted<'_>> {
        let time = Duration::from_secs(u64::from(self.render_timeout));
        self.render.then(|| Wanted { values: &self.values, time, version, verbose })
    }
}
