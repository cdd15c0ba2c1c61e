"""The headers that every answer carries: pages, errors, redirects, static files and the API alike."""

from flask import Response, request

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
API_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
EVERYWHERE = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"
STATIC, FEED = "web.show_static", "invitations.fetch_feed"
ASKED_AGAIN = "private, no-cache"  # a calendar program keeps it, and asks each time whether it still holds


def put_on_every_answer(response: Response) -> Response:
    """Adds the security headers; a found static file may be kept for a year, a calendar if asked again, nothing else at all."""
    is_api = request.path.startswith("/api/")
    response.headers["Content-Security-Policy"] = API_CONTENT_POLICY if is_api else CONTENT_POLICY
    is_kept = request.endpoint == STATIC and response.status_code == 200
    is_feed = request.endpoint == FEED and response.status_code in (200, 304)
    response.headers["Cache-Control"] = FOR_A_YEAR if is_kept else ASKED_AGAIN if is_feed else "no-store"
    response.headers.update(EVERYWHERE)
    return response
