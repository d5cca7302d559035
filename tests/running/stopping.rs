//! Asked to stop, the collector has on disk what it acknowledged, and ends soon.

use super::Load;
use tests::site::Site;

#[test]
fn a_collector_that_is_stopped_under_load_has_all_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path(), "").unwrap();
    let load = Load::begin(&site);
    load.reach(20);
    // It waits for what is under way, at most ten seconds; twenty are an error.
    site.collector().unwrap().stop().unwrap();
    let told = load.ended();
    assert!(told.iter().all(|told| told.through >= 20), "{told:?}");
    for told in &told {
        let kept = told.kept(&site.state());
        // What was under way may be kept without the answer having come through.
        assert!((told.through..=told.through + 4).contains(&kept), "{told:?}: {kept}");
    }
    assert!(site.collector_printed().contains("stopped"), "{}", site.collector_printed());
    site.start_collector().unwrap();
    let laptops = site.ask_json(&["laptops"]).unwrap();
    assert_eq!(laptops.as_array().unwrap().len(), told.len());
}
