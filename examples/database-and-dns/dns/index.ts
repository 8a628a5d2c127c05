/** The third stack: a name of one's own that leads to the second stack's app. */
import * as pulumi from "@pulumi/pulumi";
import { DnsRecord } from "./powerdns";

const config = new pulumi.Config();
const zone = config.get("zone") ?? "example.test.";
const app = new pulumi.StackReference(`${pulumi.getOrganization()}/notes-app/${pulumi.getStack()}`);
const host = app.requireOutput("host").apply(String);

const record = new DnsRecord("notes", {
  server: config.require("server"),
  apiKey: config.requireSecret("apiKey"),
  zone,
  name: `notes.${zone}`,
  type: "CNAME",
  content: pulumi.interpolate`${host}.`,
});

export const name = record.name;
