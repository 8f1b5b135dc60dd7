"""The ASGI application: its routes in one list, its guards around them."""

from importlib.metadata import version

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.http import callbacks, guests, health, pages, pms_hooks
from app.http.door import Door
from app.http.headers import Faults, Headers, Sizes
from app.http.integrators import (
    appointments,
    businesses,
    catalogue,
    consents,
    dials,
    imports,
    keys,
    openings,
    recovery,
    stay_guests,
    stay_learning,
    stay_reports,
    stays,
)
from app.http.problems import answer_problems
from app.watching.http import Watched

# What comes most often is found first: a route is looked for by trying one after the other.
ROUTERS = (
    pms_hooks.router,
    guests.router,
    businesses.router,
    dials.router,
    catalogue.router,
    imports.router,
    appointments.router,
    openings.router,
    recovery.router,
    consents.router,
    stays.router,
    stay_reports.router,
    stay_learning.router,
    stay_guests.router,
    keys.router,
    callbacks.router,
    health.router,
    pages.router,
)
ABOUT = """\
Guests converse without an account: create a thread, keep its token, post messages, follow the
events. Integrators send an API key of their business (`jirani keys create`); its role decides what
it may do: a viewer reads, a manager also changes, an admin also makes keys. Amounts are integer
minor units. Every error is an `application/problem+json` document that says what to do."""


def application(door: Door) -> FastAPI:
    """Build the application over an open door."""
    app = FastAPI(
        title="Jirani",
        version=version("jirani"),
        description=ABOUT,
        docs_url=None,  # both would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # to whatever Host the client has named
        generate_unique_id_function=_name,
    )
    app.state.door = door
    for router in ROUTERS:
        app.include_router(router)
    answer_problems(app, [route for router in ROUTERS for route in router.routes])
    app.add_middleware(Faults)
    app.add_middleware(Sizes)
    app.add_middleware(Headers)
    app.add_middleware(Watched)
    return app


def _name(route: APIRoute) -> str:
    return route.name
