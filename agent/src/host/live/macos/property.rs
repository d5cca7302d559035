//! Core Foundation's values as plain ones.
#![expect(unsafe_code, reason = "what is in a collection has no type there")]

use crate::host::Bytes;
use crate::host::Property;
use objc2_core_foundation::CFArray;
use objc2_core_foundation::CFBoolean;
use objc2_core_foundation::CFData;
use objc2_core_foundation::CFDictionary;
use objc2_core_foundation::CFNumber;
use objc2_core_foundation::CFRetained;
use objc2_core_foundation::CFString;
use objc2_core_foundation::CFType;
use std::collections::BTreeMap;

/// How deep values are told, how many of a collection, and how long one.
const DEPTH: usize = 4;
const MOST: usize = 256;
const LONGEST: usize = 16 << 10;

/// A value; `None` for kinds that are not told, and for what is too large.
pub fn property(value: &CFType) -> Option<Property> {
    at_depth(value, DEPTH)
}

/// Of a dictionary, those entries with these names.
pub fn chosen(dictionary: &CFDictionary, names: &[&str]) -> BTreeMap<String, Property> {
    let found = entries(dictionary).into_iter();
    let found = found.filter(|(name, _)| names.contains(&name.as_str()));
    found.filter_map(|(name, value)| Some((name, property(&value)?))).collect()
}

/// The entries of a dictionary whose keys are texts.
pub fn entries(dictionary: &CFDictionary) -> Vec<(String, CFRetained<CFType>)> {
    // SAFETY: what is given is only asked for its type; Core Foundation's own
    // collections hold nothing but its own objects.
    let dictionary = unsafe { dictionary.cast_unchecked::<CFType, CFType>() };
    let (keys, values) = dictionary.to_vecs();
    let text = |key: &CFRetained<CFType>| key.downcast_ref::<CFString>().map(ToString::to_string);
    keys.iter().zip(values).filter_map(|(key, value)| Some((text(key)?, value))).collect()
}

/// The items of an array.
pub fn items(array: &CFArray) -> Vec<CFRetained<CFType>> {
    // SAFETY: as above.
    let array = unsafe { array.cast_unchecked::<CFType>() };
    array.to_vec()
}

fn at_depth(value: &CFType, depth: usize) -> Option<Property> {
    let deeper = depth.checked_sub(1)?;
    if let Some(flag) = value.downcast_ref::<CFBoolean>() {
        Some(Property::Flag(flag.as_bool()))
    } else if let Some(number) = value.downcast_ref::<CFNumber>() {
        number.as_i64().map(Property::Number)
    } else if let Some(text) = value.downcast_ref::<CFString>() {
        Some(text.to_string()).filter(|text| text.len() <= LONGEST).map(Property::Text)
    } else if let Some(data) = value.downcast_ref::<CFData>() {
        let is_short = data.len() <= LONGEST;
        is_short.then(|| Property::Bytes(Bytes::of(&data.to_vec())))
    } else if let Some(array) = value.downcast_ref::<CFArray>() {
        let items = items(array);
        let told = items.iter().take(MOST).filter_map(|item| at_depth(item, deeper));
        Some(Property::List(told.collect()))
    } else {
        let entries = entries(value.downcast_ref::<CFDictionary>()?);
        let told = entries.into_iter().take(MOST);
        let told = told.filter_map(|(name, value)| Some((name, at_depth(&value, deeper)?)));
        Some(Property::Tree(told.collect()))
    }
}
