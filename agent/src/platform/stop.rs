//! Being asked to stop.

/// Comes to pass when we are asked to stop: by the service manager, or at a keyboard.
pub async fn asked_to_stop() {
    if let Err(error) = asked().await {
        return tracing::error!(%error, "cannot hear signals");
    }
    tracing::info!("stopping");
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;

    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(windows)]
async fn asked() -> std::io::Result<()> {
    use super::service::stopped;
    use tokio::signal::windows::ctrl_break;
    use tokio::signal::windows::ctrl_c;
    use tokio::signal::windows::ctrl_close;
    use tokio::signal::windows::ctrl_shutdown;

    let (mut interrupt, mut stop) = (ctrl_c()?, ctrl_break()?);
    let (mut close, mut shutdown) = (ctrl_close()?, ctrl_shutdown()?);
    tokio::select! {
        () = stopped() => {}
        _ = interrupt.recv() => {}
        _ = stop.recv() => {}
        _ = close.recv() => {}
        _ = shutdown.recv() => {}
    }
    Ok(())
}
