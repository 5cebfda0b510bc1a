# server, worker and the demo company. Build from the root of the checkout:
#   docker build -f docker/server.Dockerfile -t warmline-server .
# A machine whose package index serves torch's CUDA build names a folder or page of CPU wheels:
#   --build-arg TORCH_WHEELS=<page of links>
FROM node:22-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
COPY web/wire/package.json wire/
COPY web/tokens/package.json tokens/
COPY web/kit/package.json kit/
COPY web/widget/package.json widget/
COPY web/console/package.json console/
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS house
ARG TORCH_WHEELS=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/warmline
WORKDIR /build
# The lock changes less often than the code, so its layer comes first.
COPY requirements.lock ./
RUN /opt/warmline/bin/pip install --requirement requirements.lock ${TORCH_WHEELS:+--find-links "$TORCH_WHEELS"}
COPY pyproject.toml README.md LICENSE ./
COPY assist/ assist/
COPY channels/ channels/
COPY knowledge/ knowledge/
COPY server/ server/
RUN /opt/warmline/bin/pip install --no-deps .

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin warmline \
    && install -d -o warmline -g warmline /var/lib/warmline
COPY --from=house /opt/warmline /opt/warmline
COPY --from=web /build/web/dist /srv/warmline/web/dist
COPY demo/ /srv/warmline/demo/
ENV PATH=/opt/warmline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    WARMLINE_HOME=/var/lib/warmline \
    WARMLINE_HOST=0.0.0.0 \
    WARMLINE_WEB=/srv/warmline/web/dist \
    WARMLINE_DEMO=/srv/warmline/demo
WORKDIR /srv/warmline
USER warmline
VOLUME /var/lib/warmline
EXPOSE 8080
ENTRYPOINT ["tini", "--", "python", "-m"]
CMD ["server", "serve"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
