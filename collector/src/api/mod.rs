//! The API: what programs may ask, with a token whose scopes allow it.
//!
//! It is served beside the console, under [`PATH`]. A resource is one file
//! here and one line in [`resources`]; its description is made of its code.

mod problem;
mod rate;
mod gate;
mod caller;
mod answer;
mod cursor;
mod asked;
mod health;
mod incidents;
mod suppressions;
mod findings;
mod laptops;
mod places;
mod assets;
mod audit;
#[cfg(test)]
mod tests;

pub use gate::Gate;

use axum::Json;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::HttpAuthScheme;
use utoipa::openapi::security::HttpBuilder;
use utoipa::openapi::security::SecurityScheme;
use utoipa_axum::router::OpenApiRouter;

/// Where the API is.
pub const PATH: &str = "/api/v1";

/// What the description says of the whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Moored",
        description = "What laptops have found, how they fare, and where they are expected.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/api/v1", description = "This collector"))
)]
struct Whole;

/// All that can be asked.
fn resources() -> OpenApiRouter<Arc<Gate>> {
    OpenApiRouter::with_openapi(Whole::openapi())
        .merge(health::routes())
        .merge(incidents::routes())
        .merge(suppressions::routes())
        .merge(findings::routes())
        .merge(laptops::routes())
        .merge(places::routes())
        .merge(assets::routes())
        .merge(audit::routes())
}

/// The description of the API, OpenAPI 3.1.
pub fn description() -> Description {
    let mut description = resources().into_openapi();
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of `moored-collector api-token create` or of the console."));
    let token = SecurityScheme::Http(token.build());
    description.components.get_or_insert_default().add_security_scheme("token", token);
    description
}

/// What answers under [`PATH`].
pub fn router(gate: Gate) -> Router {
    let told = description();
    let (router, _) = resources().split_for_parts();
    router
        .route("/openapi.json", get(|| async move { Json(told) }))
        .fallback(problem::missing)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(assets::LARGEST))
        .layer(middleware::map_response(answer::guard))
        .with_state(Arc::new(gate))
}
