//! Single files that stslint itself has written.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::bytes::reason;

/// Reads a file of at most `longest` bytes.
///
/// # Errors
/// Why not, as a clause.
pub fn read_file(path: &Path, longest: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| reason(&error))?;
    file.take(longest + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    match bytes.len() as u64 > longest {
        true => Err(format!("longer than the {} MiB that are read", longest >> 20)),
        false => Ok(bytes),
    }
}
