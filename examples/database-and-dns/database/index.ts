/** The first stack: a role and the database that it owns. Its output is the address for the app. */
import * as pulumi from "@pulumi/pulumi";
import { Database, Role } from "./postgres";

const config = new pulumi.Config();
const admin = config.requireSecret("adminUrl");

const role = new Role("role", {
  admin,
  name: "notes",
  passwordVersion: config.getNumber("passwordVersion") ?? 1,
});
const database = new Database("database", { admin, name: "notes", owner: role.name });

/** Secret: the app's own user and database on the same server. */
export const url = pulumi
  .all([admin, role.name, role.password, database.name])
  .apply(([server, username, password, name]) =>
    Object.assign(new URL(server), { username, password, pathname: name }).toString(),
  );
