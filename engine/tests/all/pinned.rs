//! Values pinned by the files of `tests/golden/`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// A file's name, and what stands in it.
macro_rules! golden {
    ($name:literal) => {
        (concat!($name, ".json"), include_str!(concat!("../golden/", $name, ".json")))
    };
}
pub(crate) use golden;

/// The code writes exactly what stands there, and reads it as the same value.
pub fn pins<T: Serialize + DeserializeOwned + PartialEq + Debug>((name, text): (&str, &str), frame: &T) {
    let file: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(frame).unwrap(), file, "{name} is not what the code writes");
    assert_eq!(&serde_json::from_str::<T>(text).unwrap(), frame, "{name} is not read as what was written");
}
