/** A PostgreSQL role and a database as small but complete dynamic resources. */
import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { Client, escapeIdentifier, escapeLiteral } from "pg";

type Rows = Record<string, unknown>[];

async function query(url: string, sql: string, values: unknown[] = []): Promise<Rows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

function inside(admin: string, database: string): string {
  const url = new URL(admin);
  url.pathname = encodeURIComponent(database);
  return url.href;
}

interface RoleInputs {
  admin: string;
  name: string;
  passwordVersion: number;
}

interface RoleOutputs extends RoleInputs {
  password: string;
}

const newPassword = () => randomBytes(24).toString("base64url");

const roleProvider: pulumi.dynamic.ResourceProvider<RoleInputs, RoleOutputs> = {
  async diff(_id, old, wanted) {
    const renamed = old.name !== wanted.name;
    const rotated = old.passwordVersion !== wanted.passwordVersion;
    return { changes: renamed || rotated || old.admin !== wanted.admin, replaces: renamed ? ["name"] : [] };
  },
  async create(inputs) {
    const password = newPassword();
    const { admin, name } = inputs;
    await query(admin, `CREATE ROLE ${escapeIdentifier(name)} LOGIN PASSWORD ${escapeLiteral(password)}`);
    return { id: name, outs: { ...inputs, password } };
  },
  async read(id, saved) {
    if (!saved) throw new Error("A role cannot be imported: its password cannot be read.");
    const found = await query(saved.admin, "SELECT 1 FROM pg_roles WHERE rolname = $1", [id]);
    // Without an id the role counts as deleted, and the next `pulumi up` creates it again.
    return found.length > 0 ? { id, props: saved } : {};
  },
  async update(id, old, wanted) {
    // A new admin URL only changes the state.
    if (old.passwordVersion === wanted.passwordVersion)
      return { outs: { ...wanted, password: old.password } };
    const password = newPassword();
    await query(wanted.admin, `ALTER ROLE ${escapeIdentifier(id)} PASSWORD ${escapeLiteral(password)}`);
    return { outs: { ...wanted, password } };
  },
  async delete(id, { admin }) {
    await query(admin, `DROP ROLE IF EXISTS ${escapeIdentifier(id)}`);
  },
};

/** Arguments of `Role`. */
export interface RoleArgs {
  /** Address of the server, with a user who may create roles: `postgres://user:password@host:port/postgres`. */
  admin: pulumi.Input<string>;
  /** A change replaces the role. */
  name: pulumi.Input<string>;
  /** Another number makes a new password, in place. Default: 1. */
  passwordVersion?: pulumi.Input<number>;
}

/** A role that can log in, with a generated password. */
export class Role extends pulumi.dynamic.Resource {
  declare readonly name: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string>;

  constructor(resourceName: string, args: RoleArgs, opts?: pulumi.CustomResourceOptions) {
    const { admin, name, passwordVersion } = args;
    const inputs = {
      admin: pulumi.secret(admin),
      name,
      passwordVersion: passwordVersion ?? 1,
      password: undefined,
    };
    super(roleProvider, resourceName, inputs, { ...opts, additionalSecretOutputs: ["admin", "password"] });
  }
}

interface DatabaseInputs {
  admin: string;
  name: string;
  owner: string;
}

const databaseProvider: pulumi.dynamic.ResourceProvider<DatabaseInputs, DatabaseInputs> = {
  async diff(_id, old, wanted) {
    const renamed = old.name !== wanted.name;
    const moved = old.owner !== wanted.owner || old.admin !== wanted.admin;
    return { changes: renamed || moved, replaces: renamed ? ["name"] : [] };
  },
  async create(inputs) {
    const { admin, name, owner } = inputs;
    await query(admin, `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(owner)}`);
    return { id: name, outs: inputs };
  },
  async read(id, saved) {
    if (!saved) throw new Error("A database cannot be imported: the address of its server is not known.");
    const sql = "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1";
    const [found] = await query(saved.admin, sql, [id]);
    return found ? { id, props: { ...saved, owner: String(found.owner) } } : {};
  },
  async update(id, old, wanted) {
    const [from, to] = [escapeIdentifier(old.owner), escapeIdentifier(wanted.owner)];
    // The tables change their owner, too; otherwise the previous owner could never be dropped.
    if (from !== to) await query(inside(wanted.admin, id), `REASSIGN OWNED BY ${from} TO ${to}`);
    return { outs: wanted };
  },
  async delete(id, { admin }) {
    await query(admin, `DROP DATABASE IF EXISTS ${escapeIdentifier(id)} WITH (FORCE)`);
  },
};

/** Arguments of `Database`. */
export interface DatabaseArgs {
  /** Address of the server, with a user who may create databases. */
  admin: pulumi.Input<string>;
  /** A change replaces the database: all that it holds is lost. */
  name: pulumi.Input<string>;
  /** Name of a role. A change hands the database and its tables over, in place. */
  owner: pulumi.Input<string>;
}

/** An empty database. */
export class Database extends pulumi.dynamic.Resource {
  declare readonly name: pulumi.Output<string>;

  constructor(resourceName: string, args: DatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, admin: pulumi.secret(args.admin) };
    super(databaseProvider, resourceName, inputs, { ...opts, additionalSecretOutputs: ["admin"] });
  }
}
