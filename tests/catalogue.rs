//! The catalogue: every file follows the schema, systems are told apart by their images, modes by their settings.
#![allow(clippy::unwrap_used, missing_docs)]

use stslint::systems::Catalogue;

#[test]
fn every_file_follows_the_schema() {
    let catalogue = Catalogue::read(Catalogue::files().iter().copied());
    let faults = catalogue
        .as_ref()
        .err()
        .map(|faults| faults.iter().map(|f| format!("{}: {}", f.file, f.message)).collect::<Vec<_>>());
    assert_eq!(faults, None);
    assert_eq!(Catalogue::built_in().systems().len(), Catalogue::files().len());
}
