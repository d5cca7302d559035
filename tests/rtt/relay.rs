//! A box that ends TCP: it answers in the place of whomever is called, and
//! calls itself. Satellite links and inspecting gateways do so.

use rustix::net::sockopt::ip_original_dst;
use std::net::Ipv4Addr;
use tokio::io::copy_bidirectional;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// Where it waits for the connections that the kernel turns aside to it.
pub const PORT: u16 = 3129;

/// Relays until the program is ended.
pub fn run() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
        loop {
            let (near, _) = listener.accept().await?;
            tokio::spawn(relay(near));
        }
    })
}

async fn relay(mut near: TcpStream) -> anyhow::Result<()> {
    let called = ip_original_dst(&near)?;
    if called.port() == PORT {
        // Nobody was called but the box itself, by whoever asks whether it is up.
        return Ok(());
    }
    let mut far = TcpStream::connect(called).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    copy_bidirectional(&mut near, &mut far).await?;
    Ok(())
}
