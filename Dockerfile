# One image that runs any of the network's processes; which one is said by its command.
FROM python:3.11-slim-bookworm AS libraries
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
# Every file is checked against the lock; only what the processes need is then installed from those files.
RUN python3 -m venv /opt/maillage \
 && /opt/maillage/bin/pip download --quiet --require-hashes --no-deps --only-binary :all: -r requirements.lock -d /wheels
COPY services services
COPY gateway gateway
COPY deploy deploy
RUN /opt/maillage/bin/pip install --quiet --no-index --find-links /wheels --upgrade setuptools \
 && /opt/maillage/bin/pip install --quiet --no-index --find-links /wheels --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home maillage
COPY --from=libraries /opt/maillage /opt/maillage
ENV PATH=/opt/maillage/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 LC_ALL=C.UTF-8
USER maillage
WORKDIR /opt/maillage
CMD ["python", "-m", "gateway"]
