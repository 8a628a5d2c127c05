/** The first stack: a role and its database. The output is the database's URL for the app. */
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

/** Secret: the URL of the app's database, with its own user. */
export const url = pulumi
  .all([admin, role.name, role.password, database.name])
  .apply(([server, username, password, name]) =>
    Object.assign(new URL(server), { username, password, pathname: name }).toString(),
  );
