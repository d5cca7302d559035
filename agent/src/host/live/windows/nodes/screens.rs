//! By what kind of cable screens are connected (`QueryDisplayConfig`). Windows tells
//! that only to programs of somebody who sits in front of it, not to services.
#![expect(unsafe_code, reason = "no safe crate offers how screens are connected")]

use super::narrow;
use crate::host::Node;
use crate::host::Property;
use std::ptr::null_mut;
use windows_sys::Win32::Devices::Display::DISPLAYCONFIG_DEVICE_INFO_GET_TARGET_NAME;
use windows_sys::Win32::Devices::Display::DISPLAYCONFIG_DEVICE_INFO_HEADER;
use windows_sys::Win32::Devices::Display::DISPLAYCONFIG_MODE_INFO;
use windows_sys::Win32::Devices::Display::DISPLAYCONFIG_PATH_INFO;
use windows_sys::Win32::Devices::Display::DISPLAYCONFIG_TARGET_DEVICE_NAME;
use windows_sys::Win32::Devices::Display::DisplayConfigGetDeviceInfo;
use windows_sys::Win32::Devices::Display::GetDisplayConfigBufferSizes;
use windows_sys::Win32::Devices::Display::QDC_ONLY_ACTIVE_PATHS;
use windows_sys::Win32::Devices::Display::QueryDisplayConfig;

/// The most screens and modes.
const MOST: u32 = 256;

/// Adds `OutputTechnology` (`DISPLAYCONFIG_VIDEO_OUTPUT_TECHNOLOGY`).
pub fn describe(nodes: &mut [Node]) {
    for target in paths().iter().filter_map(target) {
        // `\\?\DISPLAY#LNX7773#5&1&0&UID4353#{…}` is `DISPLAY\LNX7773\5&1&0&UID4353`.
        let path = narrow(&target.monitorDevicePath).replace('#', "\\").to_uppercase();
        let is_it = |node: &&mut Node| path.contains(&format!("\\{}\\", node.id.to_uppercase()));
        if let Some(node) = nodes.iter_mut().find(is_it) {
            let technology = Property::Number(target.outputTechnology.into());
            node.properties.insert("OutputTechnology".to_owned(), technology);
        }
    }
}

fn paths() -> Vec<DISPLAYCONFIG_PATH_INFO> {
    let (mut paths, mut modes) = (0, 0);
    // SAFETY: both numbers outlive the call.
    let status = unsafe {
        GetDisplayConfigBufferSizes(QDC_ONLY_ACTIVE_PATHS, &raw mut paths, &raw mut modes)
    };
    if status != 0 || paths > MOST || modes > MOST {
        return Vec::new();
    }
    let mut path = vec![DISPLAYCONFIG_PATH_INFO::default(); paths as usize];
    let mut mode = vec![DISPLAYCONFIG_MODE_INFO::default(); modes as usize];
    // SAFETY: there is room for as many as is told, and all outlive the call.
    let status = unsafe {
        QueryDisplayConfig(
            QDC_ONLY_ACTIVE_PATHS,
            &raw mut paths,
            path.as_mut_ptr(),
            &raw mut modes,
            mode.as_mut_ptr(),
            null_mut(),
        )
    };
    path.truncate(if status == 0 { paths as usize } else { 0 });
    path
}

fn target(path: &DISPLAYCONFIG_PATH_INFO) -> Option<DISPLAYCONFIG_TARGET_DEVICE_NAME> {
    let mut target = DISPLAYCONFIG_TARGET_DEVICE_NAME {
        header: DISPLAYCONFIG_DEVICE_INFO_HEADER {
            r#type: DISPLAYCONFIG_DEVICE_INFO_GET_TARGET_NAME,
            size: u32::try_from(size_of::<DISPLAYCONFIG_TARGET_DEVICE_NAME>()).unwrap_or_default(),
            adapterId: path.targetInfo.adapterId,
            id: path.targetInfo.id,
        },
        ..DISPLAYCONFIG_TARGET_DEVICE_NAME::default()
    };
    // SAFETY: the head is the beginning of the whole, tells its size, and it outlives the call.
    let status = unsafe { DisplayConfigGetDeviceInfo((&raw mut target).cast()) };
    (status == 0).then_some(target)
}
