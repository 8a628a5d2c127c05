/** The same as the three stacks, in one stack with Pulumi's providers for PostgreSQL and Cloudflare. */
import * as cloudflare from "@pulumi/cloudflare";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const config = new pulumi.Config();
const password = config.requireSecret("rolePassword");
const server = config.require("server");

// The provider is configured with postgresql:host, postgresql:username and postgresql:password.
const role = new postgresql.Role("role", { name: "notes", login: true, password });
const database = new postgresql.Database("database", { name: "notes", owner: role.name });

const app = new CamposApp("notes", {
  source: "../app/source",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
  environmentVariables: {
    DATABASE_URL: pulumi.interpolate`postgres://${role.name}:${password.apply(encodeURIComponent)}@${server}/${database.name}`,
  },
});

// A web app always has a URL.
const host = app.url.apply((url) => new URL(url ?? "").hostname);

const record = new cloudflare.DnsRecord("notes", {
  zoneId: config.require("zoneId"),
  name: config.require("name"),
  type: "CNAME",
  content: host,
  proxied: true,
  // Means "automatic" to Cloudflare, which is required for proxied records.
  ttl: 1,
});

export const url = pulumi.interpolate`https://${record.name}`;
