# The emulator for CI: docker build -t camposcloud-emulator . && docker run --rm --network host camposcloud-emulator
FROM node:22-bookworm-slim AS build
WORKDIR /package
COPY package.json package-lock.json tsconfig.json tsconfig.build.json LICENSE ./
COPY scripts scripts
COPY provider provider
COPY emulator emulator
RUN npm ci --ignore-scripts && npm run build && npm pack --ignore-scripts --pack-destination /tmp

FROM node:22-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip procps && rm -rf /var/lib/apt/lists/*
COPY --from=build /tmp/pulumi-camposcloud-*.tgz /tmp/package.tgz
# The peer @pulumi/pulumi is only for Pulumi programs; the emulator does not need it.
RUN npm install --global --legacy-peer-deps /tmp/package.tgz && rm /tmp/package.tgz
# Apps run as this user.
USER node
ENTRYPOINT ["camposcloud-emulator"]
