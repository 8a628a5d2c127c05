/** Database, app and record in one stack. The app is a native resource, so previews know what the record points at. */
import * as pulumi from "@pulumi/pulumi";
import { App } from "pulumi-camposcloud/native";
import { Database, Role } from "../database/postgres";
import { DnsRecord } from "../dns/powerdns";

const config = new pulumi.Config();
const admin = config.requireSecret("adminUrl");
const zone = config.get("zone") ?? "example.test.";

const role = new Role("role", { admin, name: "native", passwordVersion: 1 });
const database = new Database("database", { admin, name: "native", owner: role.name });

const app = new App("notes", {
  source: "../app/source",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: config.getNumber("memoryMB") ?? 256,
  exposedViaWeb: true,
  environmentVariables: {
    DATABASE_URL: pulumi
      .all([admin, role.name, role.password, database.name])
      .apply(([server, username, password, name]) =>
        Object.assign(new URL(server), { username, password, pathname: name }).toString(),
      ),
  },
});

new DnsRecord("notes", {
  server: config.require("server"),
  apiKey: config.requireSecret("apiKey"),
  zone,
  name: `native.${zone}`,
  type: "CNAME",
  // A web app always has an address.
  content: app.url.apply((url) => `${new URL(url ?? "").hostname}.`),
});

export const url = app.url;
