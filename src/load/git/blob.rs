//! From a file of a revision to its documents.

use std::fs;
use std::path::Path;

use gix::bstr::ByteSlice;
use gix::index::Entry;
use gix::index::entry::{Flags, Mode, Stat, stat};
use gix::{ObjectId, Repository};

use super::GitError;
use super::repository::{Revision, unreadable};
use super::tree::Candidate;
use crate::yaml::MAX_FILE_BYTES;

/// What is known of a file before its content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The worktree has it as it is at the revision.
    Unchanged,
    /// The worktree has another one, or one that has to be read to know.
    MayDiffer,
    /// The worktree has none, or a link or a folder in its place.
    Gone,
    /// A sparse checkout leaves it out of the worktree.
    LeftOut,
}

/// Compares a file with the worktree as far as that costs no reading: by what the index remembers of it.
pub(super) fn standing(revision: &Revision, candidate: &Candidate) -> Standing {
    let metadata = gix::index::fs::Metadata::from_path_no_follow(&candidate.absolute);
    let Some(metadata) = metadata.ok().filter(gix::index::fs::Metadata::is_file) else {
        let left_out = revision.index.as_ref().is_some_and(|index| is_left_out(index, &candidate.relative));
        return if left_out { Standing::LeftOut } else { Standing::Gone };
    };
    let unchanged = || {
        let index = revision.index.as_ref()?;
        let entry = index.entry_by_path(candidate.relative.as_bstr())?;
        Some(entry.id == candidate.id && is_as_indexed(index, entry, &metadata))
    };
    if unchanged() == Some(true) { Standing::Unchanged } else { Standing::MayDiffer }
}

/// Whether a file of the worktree is certainly the one that the index remembers.
fn is_as_indexed(index: &gix::index::File, entry: &Entry, metadata: &gix::index::fs::Metadata) -> bool {
    let options = stat::Options { use_nsec: true, ..stat::Options::default() };
    let is_file = entry.mode == Mode::FILE || entry.mode == Mode::FILE_EXECUTABLE;
    // A file written in the same moment as the index may have changed since without a trace.
    let is_fresh = |now: Stat| entry.stat.matches(&now, options) && !entry.stat.is_racy(index.timestamp(), options);
    is_file && Stat::from_fs(metadata).is_ok_and(is_fresh)
}

/// The worktree's copy of a file of the index, where Git would not look at it again either. Unpacking an object costs
/// several times what reading the copy does. Filters (`.gitattributes`) may have changed it on its way out.
pub(super) fn checked_out(index: &gix::index::File, candidate: &Candidate) -> Option<Vec<u8>> {
    let entry = index.entry_by_path(candidate.relative.as_bstr()).filter(|entry| entry.id == candidate.id)?;
    let metadata = gix::index::fs::Metadata::from_path_no_follow(&candidate.absolute).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES as u64 || !is_as_indexed(index, entry, &metadata) {
        return None;
    }
    // Letters of two bytes, and what was not fetched, say other things than the object does.
    let says_the_same = |bytes: &Vec<u8>| !bytes.contains(&0) && lfs_object(bytes).is_none();
    fs::read(&candidate.absolute).ok().filter(says_the_same)
}

/// Whether these bytes are the object.
pub(super) fn is_object(bytes: &[u8], id: ObjectId) -> bool {
    gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|hash| hash == id)
}

/// Whether a sparse checkout leaves out a file: it is marked so itself, or a folder above it stands in the index in place
/// of what is below it.
fn is_left_out(index: &gix::index::State, relative: &[u8]) -> bool {
    let entry = |path: &[u8]| index.entry_by_path(path.as_bstr());
    if let Some(entry) = entry(relative) {
        return entry.flags.contains(Flags::SKIP_WORKTREE);
    }
    let folders = relative.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    folders.into_iter().any(|(at, _)| entry(&relative[..=at]).is_some_and(|folder| folder.mode == Mode::DIR))
}

/// The content of a file.
pub(super) enum Content {
    Bytes(Vec<u8>),
    /// Larger than anything that is read.
    TooLarge,
    /// A pointer of Git LFS whose content is not in this clone.
    NotFetched,
}

/// Reads the content of a file, through Git LFS where it was fetched.
pub(super) fn read(local: &Repository, candidate: &Candidate) -> Result<Content, GitError> {
    let shown = || String::from_utf8_lossy(&candidate.relative).into_owned();
    let header = local.find_header(candidate.id).map_err(|error| unreadable(local, &shown(), &error))?;
    if header.size() > MAX_FILE_BYTES as u64 {
        return Ok(Content::TooLarge);
    }
    let mut blob = local.find_blob(candidate.id).map_err(|error| unreadable(local, &shown(), &error))?;
    let bytes = blob.take_data();
    let Some(id) = lfs_object(&bytes) else { return Ok(Content::Bytes(bytes)) };
    let path = local.common_dir().join("lfs/objects").join(&id[..2]).join(&id[2..4]).join(&id);
    Ok(stored(&path).unwrap_or(Content::NotFetched))
}

fn stored(path: &Path) -> Option<Content> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    if metadata.len() > MAX_FILE_BYTES as u64 {
        return Some(Content::TooLarge);
    }
    fs::read(path).ok().map(Content::Bytes)
}

/// The hash in a pointer of Git LFS (git-lfs `docs/spec.md`).
fn lfs_object(bytes: &[u8]) -> Option<String> {
    if bytes.len() > 1024 || !bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let hash = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?.trim();
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| hash.to_owned())
}

#[cfg(test)]
mod tests {
    use super::lfs_object;

    #[test]
    fn pointers_are_known_and_lead_nowhere_else() {
        let hash = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{hash}\nsize 12345\n");
        assert_eq!(lfs_object(pointer.as_bytes()).as_deref(), Some(hash));
        let escape = pointer.replace(hash, &format!("../../{}", &hash[6..]));
        assert_eq!(lfs_object(escape.as_bytes()), None);
        assert_eq!(lfs_object(b"kind: StatefulSet\n"), None);
    }
}
