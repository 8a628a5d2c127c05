/** A DNS record on a PowerDNS server as a dynamic resource, through the server's HTTP API. */
import * as pulumi from "@pulumi/pulumi";

interface RecordInputs {
  server: string;
  apiKey: string;
  zone: string;
  name: string;
  type: string;
  ttl: number;
  content: string;
}

interface RecordSet {
  name: string;
  type: string;
  ttl: number;
  records: { content: string }[];
}

/** Reads or changes the zone, the smallest unit of the API. */
async function zoneOf({ server, apiKey, zone }: RecordInputs, change?: object): Promise<RecordSet[]> {
  const address = `${server}/api/v1/servers/localhost/zones/${encodeURIComponent(zone)}`;
  const answer = await fetch(address, {
    method: change ? "PATCH" : "GET",
    headers: { "X-API-Key": apiKey, "Content-Type": "application/json" },
    body: change && JSON.stringify({ rrsets: [change] }),
  });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`PowerDNS answered ${answer.status} for the zone ${zone}: ${body}`);
  return body === "" ? [] : JSON.parse(body).rrsets;
}

async function find(inputs: RecordInputs): Promise<RecordSet | undefined> {
  const sets = await zoneOf(inputs);
  return sets.find(({ name, type }) => name === inputs.name && type === inputs.type);
}

async function put(inputs: RecordInputs): Promise<void> {
  const { name, type, ttl, content } = inputs;
  await zoneOf(inputs, { name, type, ttl, changetype: "REPLACE", records: [{ content, disabled: false }] });
}

const recordProvider: pulumi.dynamic.ResourceProvider<RecordInputs, RecordInputs> = {
  async diff(_id, old, wanted) {
    const same = (key: keyof RecordInputs) => old[key] === wanted[key];
    const replaces = (["server", "zone", "name", "type"] as const).filter((key) => !same(key));
    const inPlace = (["apiKey", "ttl", "content"] as const).some((key) => !same(key));
    return { changes: inPlace || replaces.length > 0, replaces };
  },
  async create(inputs) {
    const { name, type } = inputs;
    // The API would overwrite an existing record.
    if (await find(inputs))
      throw new Error(`There is a ${type} record for ${name} already; remove it first.`);
    await put(inputs);
    return { id: `${name}/${type}`, outs: inputs };
  },
  async read(id, saved) {
    if (!saved) throw new Error("A record cannot be imported: the address of its server is not known.");
    const found = await find(saved);
    if (!found) return {};
    return { id, props: { ...saved, ttl: found.ttl, content: found.records[0]?.content ?? "" } };
  },
  async update(_id, _old, wanted) {
    await put(wanted);
    return { outs: wanted };
  },
  async delete(_id, saved) {
    await zoneOf(saved, { name: saved.name, type: saved.type, changetype: "DELETE" });
  },
};

/** Arguments of `DnsRecord`; names end with a dot. */
export interface DnsRecordArgs {
  /** Address of the server's HTTP API, such as `http://127.0.0.1:8081`. */
  server: pulumi.Input<string>;
  /** Key of that API. */
  apiKey: pulumi.Input<string>;
  /** The zone, which exists already. */
  zone: pulumi.Input<string>;
  /** The full name. A change replaces the record. */
  name: pulumi.Input<string>;
  /** A change replaces the record. */
  type: pulumi.Input<"A" | "AAAA" | "CNAME">;
  /** Seconds. Default: 300. */
  ttl?: pulumi.Input<number>;
  /** What the name leads to. A change is made in place. */
  content: pulumi.Input<string>;
}

/** A DNS record. */
export class DnsRecord extends pulumi.dynamic.Resource {
  declare readonly name: pulumi.Output<string>;

  constructor(resourceName: string, args: DnsRecordArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, ttl: args.ttl ?? 300, apiKey: pulumi.secret(args.apiKey) };
    super(recordProvider, resourceName, inputs, { ...opts, additionalSecretOutputs: ["apiKey"] });
  }
}
