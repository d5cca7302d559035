//! Real connections on loopback, and what goes over them: nothing.

use super::*;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

fn landmark(name: &str) -> Landmark {
    Landmark::try_from(name.to_owned()).unwrap()
}

/// A landmark, and how many bytes came on each connection to it, until it is
/// asked for.
async fn listening() -> (String, tokio::task::JoinHandle<Vec<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let listens = tokio::spawn(async move {
        let mut counts = Vec::new();
        while counts.len() < 5 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            counts.push(stream.read_to_end(&mut bytes).await.unwrap());
        }
        counts
    });
    (name, listens)
}

#[tokio::test]
async fn five_connections_come_about_and_end_without_a_byte() {
    let (name, listens) = listening().await;
    let names = ["127.0.0.1:1", &name, "nowhere.invalid:1"];
    let measured = measure(names.map(landmark).to_vec()).await;
    assert_eq!(listens.await.unwrap(), [0; 5]);
    let told: Vec<_> = measured.iter().map(|one| (one.name.as_str(), one.connects)).collect();
    assert_eq!(told, [(name.as_str(), 5)]);
    assert!((1..5_000_000).contains(&measured[0].microseconds), "{measured:?}");
}

#[test]
fn where_a_proxy_is_to_be_used_the_direct_way_is_not_tried() {
    let all = ["eu.example.com:8443", "192.0.2.7:8443"].map(landmark);
    let collector = "https://collector.example.com:8443";
    assert_eq!(direct(&all, &Proxy::None, collector), all);
    let proxy = Proxy::try_from("http://proxy.example.com:3128".to_owned()).unwrap();
    assert_eq!(direct(&all, &proxy, collector), []);
}
