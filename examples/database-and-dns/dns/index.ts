/** The third stack: a DNS record for the app of the second stack. */
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
