"""A small service to see a load balancer work: who answered, and what arrived."""

import os
import socket

from fastapi import FastAPI, Request

app = FastAPI(title="ekslb sample")


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """For the health check of the target group."""
    return {"status": "ok"}


@app.get("/")
def index(request: Request) -> dict[str, object]:
    """Which Pod answered, and what the load balancer passed on."""
    return {
        "message": os.environ.get("MESSAGE", "Hello from FastAPI"),
        "pod": socket.gethostname(),
        "host": request.headers.get("host"),
        "forwarded_for": request.headers.get("x-forwarded-for"),
        "forwarded_proto": request.headers.get("x-forwarded-proto"),
        "trace": request.headers.get("x-amzn-trace-id"),
    }
