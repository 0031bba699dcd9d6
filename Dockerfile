# One image for every process of MWork: compose.yaml says which command makes it an HTTP server, a worker, and so on.
#
# No package of the system is needed beyond the slim image: psycopg[binary] brings libpq, Pillow its codecs (libjpeg,
# libwebp, libavif), pillow-heif libheif, argon2-cffi, cryptography and granian what they are compiled from. Without a
# wheel for the platform pip stops, as there is no compiler here.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
# Before the code: the layer with the packages is kept as long as the lock is the same.
COPY requirements.lock /tmp/
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin mwork
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Static files get their final, hashed names here. The values are no secrets: nothing of them stays in the image.
RUN mkdir var \
    && SECRET_KEY=only-to-collect-static-files-0000 JWT_SIGNING_KEY=only-to-collect-static-files-0000 \
       DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
       python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q . \
    && chown -R mwork var
USER mwork
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/health', timeout=4)"]
CMD ["python", "-m", "mwork.serve_wsgi", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--blocking-threads", "4", "--workers-kill-timeout", "35", "--log-level", "warning", "mwork.wsgi:application"]
