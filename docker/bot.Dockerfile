# Rasa and its actions: Python 3.10, an environment of their own. Build from the root of the checkout:
#   docker build -f docker/bot.Dockerfile -t warmline-bot .
FROM python:3.10-slim-bookworm AS environment
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# A few of Rasa's dependencies come as source only.
RUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/bot
COPY bot/requirements.lock /build/
# The lock names every package; Rasa's own bounds contradict the encoder's.
RUN /opt/bot/bin/pip install --no-deps --requirement /build/requirements.lock

FROM python:3.10-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin warmline \
    && install -d -o warmline -g warmline /var/lib/warmline
COPY --from=environment /opt/bot /opt/bot
COPY bot/ /srv/warmline/bot/
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 WARMLINE_HOME=/var/lib/warmline
WORKDIR /srv/warmline
USER warmline
VOLUME /var/lib/warmline
ENTRYPOINT ["tini", "--", "python", "bot/run.py"]
CMD ["rasa", "--port", "5005"]
