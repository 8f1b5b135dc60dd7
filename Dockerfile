# One image, several processes: the web server unless told otherwise, `scheduler`, `migrate`, any command.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv /opt/jirani
ENV PATH=/opt/jirani/bin:$PATH
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
COPY app app
COPY evals evals
COPY jirani jirani
COPY prompts prompts
COPY scheduler scheduler
COPY tools tools
# What only builds stays behind; `pip check` sees to it that nothing else needed it.
RUN pip install --no-deps --no-build-isolation --no-index . \
 && pip uninstall --yes editables hatchling pathspec pluggy trove-classifiers \
 && pip check \
 && pip uninstall --yes pip

FROM python:${PYTHON}-slim
ARG VERSION=unreleased
LABEL org.opencontainers.image.title="Jirani" \
      org.opencontainers.image.description="A chat agent that books appointments and sells the neighbouring slot, safely" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin jirani \
 && install --directory --mode 0700 --owner jirani --group jirani /data
COPY --from=build /opt/jirani /opt/jirani
ENV PATH=/opt/jirani/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    JIRANI_DATA_DIR=/data \
    JIRANI_HOST=0.0.0.0
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Not urllib, which would ask a proxy that is set in the environment.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8000, timeout=2); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["jirani"]
CMD ["serve", "--no-jobs"]
