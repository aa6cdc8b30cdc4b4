# The image for production. Build and start everything: docker compose up --build --detach

# --- Style sheets and fonts: fetched, not built --------------------------------------------------
FROM node:24-bookworm-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund

# --- Base of the later stages --------------------------------------------------------------------
FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PATH=/opt/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=botkyrka_hemtjanst.settings.production \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    METRICS_FOLDER=/tmp/metrics \
    HOME=/tmp
# Pango and a font, for letters as PDF.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS packages
RUN python -m venv /opt/venv
COPY requirements/production.txt requirements/
RUN pip install --no-deps --require-hashes --requirement requirements/production.txt

# --- Translations, static files, bytecode ---------------------------------------------------------
FROM packages AS assembled
COPY requirements/build.txt requirements/
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-deps --require-hashes --requirement requirements/build.txt
COPY . .
COPY --from=frontend /app/node_modules node_modules
# The settings do not load without these; none of them remains in the image.
RUN /opt/build/bin/python scripts/compile_translations.py \
    && SECRET_KEY=only-while-the-image-is-built-and-nowhere-else-at-all-ever \
       ALLOWED_HOSTS=localhost DATABASE_URL=postgres:///none REDIS_URL=redis://none \
       python manage.py collectstatic --noinput \
    && rm -rf node_modules \
    && python -m compileall -q .

# --- Runtime ---------------------------------------------------------------------------------------
FROM base AS final
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin hemtjanst \
    && install --directory --owner=hemtjanst --mode=0700 /srv/media /srv/beat
COPY --from=packages /opt/venv /opt/venv
COPY --from=assembled /srv/static /srv/static
COPY --from=assembled /app /app
USER hemtjanst
EXPOSE 8000
CMD ["gunicorn", "botkyrka_hemtjanst.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=2", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket", \
     "--access-logfile=-", "--logger-class=common.access_log.AccessLog"]
