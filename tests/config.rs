//! Every file that ships for an operator is good.

use tests::root;

#[test]
fn the_shipped_agent_configuration_is_good() {
    let path = root().join("config/agent.toml");
    assert_eq!(agent::config::Config::read(&path), Ok(agent::config::Config::default()));
}

#[test]
fn the_shipped_collector_configuration_is_good() {
    let path = root().join("config/collector.toml");
    let config = collector::config::Config::read(&path);
    assert_eq!(config, Ok(collector::config::Config::default()));
}
