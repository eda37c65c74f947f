// Generated from samples/fastapi by `npm run generate`; do not edit.
/** The files of the FastAPI sample, by name: what its image is built from. */
export const FASTAPI_FILES: Readonly<Record<string, string>> = {
  '.dockerignore': `*
!main.py
!requirements.txt
`,
  Dockerfile: `FROM python:3.13.3-slim-bookworm

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt
COPY main.py .

# A number, not a name: Kubernetes checks runAsNonRoot by it.
USER 10001:10001
EXPOSE 8080
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080", "--proxy-headers", "--forwarded-allow-ips", "*"]
`,
  'main.py': `"""A small service to see a load balancer work: who answered, and what arrived."""

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
`,
  'requirements.txt': `fastapi==0.115.12
uvicorn==0.34.2
`,
};
