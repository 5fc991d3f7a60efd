# Debian, not Alpine: Temporal's native core is built for glibc only.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json config.ts ./
COPY workflows workflows
COPY activities activities
COPY api api
COPY db db
COPY processes processes
COPY temporal-config temporal-config
COPY workers workers
COPY client client
# To JavaScript, with the workflow bundles made once for all workers.
RUN npm run build

FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The core is shipped for five platforms in one package; the other four are 110 MB.
RUN npm ci --omit=dev --ignore-scripts \
  && case "$(uname -m)" in x86_64) own=x86_64-unknown-linux-gnu ;; aarch64) own=aarch64-unknown-linux-gnu ;; esac \
  && cd node_modules/@temporalio/core-bridge/releases \
  && test -d "$own" \
  && find . -mindepth 1 -maxdepth 1 ! -name "$own" -exec rm -r {} +

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 MQTT_PORT=1883
WORKDIR /app
COPY package.json ./
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
# A volume that is mounted here is the user's, as the folder is.
RUN mkdir -p /var/lib/millrace/objects && chown node:node /var/lib/millrace/objects
USER node
EXPOSE 3000 1883
# Of the API. What listens elsewhere, or nowhere, says so where it is started (docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--enable-source-maps", "dist/workers/main.js"]
