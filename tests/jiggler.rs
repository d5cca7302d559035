//! A jiggler.

use std::path::Path;
use tests::watched::Watched;
use tests::watched::quoted;
use tests::watched::step;
use tests::watched::steps;
use tests::watched::wait;

#[test]
fn a_jiggler_that_lives_for_milliseconds_each_time_is_told() {
    let scene = Watched::begin(&["remote-tools/xdotool"]);
    let signature = "remote-tools.xdotool";
    let [installed, running] = ["xdotool or ydotool is installed", "xdotool or ydotool is running"];
    scene.until_open(signature, installed);
    let _screen = scene.screen(83);
    assert!(Path::new("/usr/bin/xdotool").exists());
    let jiggles = "sh -c 'while sleep 0.2; do xdotool mousemove_relative 1 0; done'";
    let mut jiggles = scene.run("xdotool", jiggles, &[("DISPLAY", ":83")]);
    let found = scene.until_open(signature, running);
    let seen = &quoted(&found, "process")[0];
    assert_eq!(seen["executable"], "/usr/bin/xdotool");
    wait(&mut jiggles, |_| true);
    jiggles.kill();
    let found = scene.until_open(signature, installed);
    assert_eq!(steps(&found)[0], step(installed, "present", "lead", true));
    assert_eq!(steps(&found)[1], step(running, "running", "lead", true));
}
