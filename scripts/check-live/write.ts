/** The checks of `--write`: they create, change and always delete one small app. */
import { messageOf } from "../../provider/errors";
import { type Api, member, typeOf } from "./api";
import { isOnline, metric, type Patience, pageOf, reason, rootOf, until, variablesOf } from "./looks";
import { reportApp } from "./read";
import type { Report } from "./report";
import { firstFiles, secondFiles, texts, zipOf } from "./sample-app";

export interface Writing extends Patience {
  api: Api;
  report: Report;
  /** Unique name of the new app. */
  name: string;
  memoryMB: number;
  /** Public URL of a web app, containing `{subdomain}`. */
  appUrl: string;
  say(text: string): void;
}

/** Creates the app, runs the checks, and deletes it, even after an error or an interrupt. */
export async function checkWriting(writing: Writing): Promise<void> {
  let deleted = false;
  try {
    const id = await create(writing);
    if (id === undefined) return;
    await checkNewApp(writing, id);
    await checkUpdates(writing, id);
    await checkFiles(writing, id);
    await checkPower(writing, id);
    deleted = await checkDeletion(writing, id);
  } finally {
    if (!deleted) await cleanUp(writing);
  }
}

async function create({ api, report, name, memoryMB, say }: Writing): Promise<string | undefined> {
  say(`Creating ${name}`);
  const form = new FormData();
  const fields = {
    appName: name,
    mainFile: "index.js",
    memoryMB: String(memoryMB),
    runtimeEnvironment: "nodejs",
    exposedViaWeb: "true",
  };
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append("environmentVariables", JSON.stringify([{ key: "CHECK", value: "one" }]));
  form.append("file", await zipOf(firstFiles), "file.zip");
  const answer = await api.write("create", { method: "POST", path: "/v1/apps/create", body: form });
  const id = member(answer.body, "_id");
  const made = [200, 201].includes(answer.status) && typeof id === "string";
  report.check(
    "create-answer",
    made,
    `${answer.status}, _id: ${typeOf(id)}${made ? "" : `, ${reason(answer)}`}`,
  );
  return made ? id : undefined;
}

async function checkNewApp(writing: Writing, id: string): Promise<void> {
  const { api, report, say } = writing;
  say("Waiting until it is online");
  const online = await until(writing, () => isOnline(api, id));
  report.check("create-runs", online, online ? "online without a call to start" : "not online in time");
  const { body } = await api.get(`/v1/apps/${id}`);
  reportApp(body, report);
  const variables = variablesOf(body);
  if (variables === undefined)
    report.add("create-variables", "not seen", "the app's answer has no list of variables");
  else
    report.check(
      "create-variables",
      variables["CHECK"] === "one",
      `${Object.keys(variables).length} variables`,
    );
  const listed = await rootOf(api, id);
  const content = member(
    (await api.get(`/v1/apps/${id}/files?path=${encodeURIComponent("/.check-live")}`)).body,
    "content",
  );
  report.check(
    "dot-files",
    listed.includes(".check-live") && content === firstFiles[".check-live"],
    `listed: ${listed.includes(".check-live")}, content: ${typeOf(content)}`,
  );
}

async function checkUpdates({ api, report, name, memoryMB, say }: Writing, id: string): Promise<void> {
  say("Changing its settings");
  const path = `/v1/apps/${id}/update`;
  const before = member((await api.get(`/v1/apps/${id}`)).body, "startupCommand");
  const settings = { appName: `${name}-2`, memoryMB, runtimeEnvironment: "nodejs", exposedViaWeb: true };
  const update = await api.write("update", {
    method: "POST",
    path,
    body: { ...settings, environmentVariables: [{ key: "OTHER", value: "two" }] },
  });
  // Sent immediately, so that it is in the same window.
  const refused = await api.call({ method: "POST", path, body: settings });
  const after = refused.headers.get("retry-after");
  report.check(
    "write-window",
    refused.status === 429,
    `${refused.status}, Retry-After: ${after ?? "absent"}`,
  );
  const { body } = await api.get(`/v1/apps/${id}`);
  const kept = member(body, "startupCommand") === before;
  const renamed = member(body, "name") === `${name}-2`;
  report.check(
    "update-in-place",
    update.status === 200 && renamed && kept,
    `${update.status}, name changed: ${renamed}, command kept: ${kept}${update.status === 200 ? "" : `, ${reason(update)}`}`,
  );
  const names = Object.keys(variablesOf(body) ?? {});
  if (variablesOf(body) === undefined)
    report.add("update-variables", "not seen", "the app's answer has no list of variables");
  else report.check("update-variables", names.join() === "OTHER", `variables: ${names.join(", ") || "none"}`);
}

async function checkFiles(writing: Writing, id: string): Promise<void> {
  const { api, report, say } = writing;
  say("Uploading other files");
  const form = new FormData();
  form.append("file", await zipOf(secondFiles), "file.zip");
  const upload = await api.write("upload", {
    method: "POST",
    path: `/v1/apps/${id}/upload?path=/`,
    body: form,
  });
  const files = await rootOf(api, id);
  const kept = files.includes("old.txt");
  report.check(
    "upload-in-place",
    upload.status === 200 && files.includes("new.txt") && kept,
    `${upload.status}, new file: ${files.includes("new.txt")}, old file kept: ${kept}`,
  );
  const removal = await api.write("files", {
    method: "DELETE",
    path: `/v1/apps/${id}/files`,
    body: { files: ["/old.txt", "/absent.txt"] },
  });
  const lists = ["success", "failed"].map((name) => `${name}: ${typeOf(member(removal.body, name))}`);
  const gone = !(await rootOf(api, id)).includes("old.txt");
  report.check(
    "delete-files",
    removal.status === 200 && lists.every((each) => each.endsWith("array")) && gone,
    `${removal.status}, ${lists.join(", ")}, file gone: ${gone}`,
  );
}

async function checkPower(writing: Writing, id: string): Promise<void> {
  const { api, report, say, appUrl } = writing;
  say("Restarting and stopping it");
  const before = await metric(api, id, "uptime");
  const restart = await api.call({ method: "POST", path: `/v1/apps/${id}/restart` });
  const subDomain = member(restart.body, "assignedSubdomain");
  report.check(
    "sub-domain",
    typeof subDomain === "string",
    `${restart.status}, assignedSubdomain: ${typeOf(subDomain)}`,
  );
  const back = await until(writing, () => isOnline(api, id));
  const uptime = await metric(api, id, "uptime");
  report.check(
    "restart-counts",
    back && Number(uptime) <= Number(before),
    `online: ${back}, uptime ${before} s, then ${uptime} s`,
  );
  if (typeof subDomain !== "string") report.add("public-address", "not seen", "no sub-domain is known");
  else {
    const answers = await until(writing, async () => (await pageOf(appUrl, subDomain)) === texts.second);
    report.check(
      "public-address",
      answers,
      answers ? "it responds with the uploaded files" : "no such response in time",
    );
  }
  const stop = await api.call({ method: "POST", path: `/v1/apps/${id}/stop` });
  const stopped = await until(writing, async () => !(await isOnline(api, id)));
  report.check("stopped", stop.status === 200 && stopped, `${stop.status}, offline: ${stopped}`);
}

/** Returns whether the app was deleted. */
async function checkDeletion({ api, report, say }: Writing, id: string): Promise<boolean> {
  say("Deleting it");
  const answer = await api.call({ method: "DELETE", path: `/v1/apps/${id}/delete` });
  const read = await api.get(`/v1/apps/${id}`);
  const list = await api.get("/v1/apps?page=1&limit=100");
  const listed = JSON.stringify(list.body ?? null).includes(id);
  report.check(
    "deleted",
    answer.status === 200 && read.status === 404 && !listed,
    `${answer.status}, then ${read.status}, listed: ${listed}`,
  );
  return answer.status === 200 || answer.status === 404;
}

/** An app may be left whatever the reason of the failure, so it never hides the error of the run. */
async function cleanUp(writing: Writing): Promise<void> {
  const { name, say } = writing;
  try {
    await deleteByName(writing);
  } catch (error) {
    say(`Could not look for ${name} (${messageOf(error)}): if it is in the dashboard, delete it there.`);
  }
}

/** Finds the app of an aborted run by its name, since the response to the create may be lost. */
async function deleteByName({ api, name, say }: Writing): Promise<void> {
  const calm = api.unstoppable();
  const { body } = await calm.get("/v1/apps?page=1&limit=100");
  const list = Array.isArray(body) ? body : member(body, "applications");
  const mine = (Array.isArray(list) ? list : []).filter((app) =>
    [name, `${name}-2`].includes(String(member(app, "name"))),
  );
  for (const app of mine) {
    const { status } = await calm.call({
      method: "DELETE",
      path: `/v1/apps/${String(member(app, "_id"))}/delete`,
    });
    say(
      status === 200
        ? `Deleted ${name}.`
        : `Could not delete ${name} (${status}): delete it in the dashboard.`,
    );
  }
}
